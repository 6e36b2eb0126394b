import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import services from "../../../../local/emulator/extensions/access/services.json";
import { PROJECT_FOLDER } from "../../../../project";
import calls from "../../setup/provider-calls.json";

/** The names that requests are signed with, where the SDK's package has another. */
const SIGNED_FOR: Readonly<Record<string, string>> = {
  "application-auto-scaling": "application-autoscaling",
  cloudwatch: "monitoring",
  "cloudwatch-logs": "logs",
  "cognito-identity-provider": "cognito-idp",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  eventbridge: "events",
  "resource-groups-tagging-api": "tagging",
  "route-53": "route53",
  "secrets-manager": "secretsmanager",
  "service-quotas": "servicequotas",
  sfn: "states",
};

/** MiniStack does not have it; the checks then go by AWS's defaults. */
const ABSENT = "servicequotas";

/**
 * What tasks ask, the first without a signature, what starts them, what shows why there are so many,
 * and what tells of their failures.
 */
const OTHERS = ["ecs-metadata", "events", "monitoring", "scheduler", "sns", "sqs", "states"];

describe("the services of the local AWS", () => {
  test("are those that the stacks and the commands call, and no others", () => {
    const ofStacks = Object.values(calls)
      .flat()
      .map((action) => action.replace(/:.*/, ""))
      .map((name) => SIGNED_FOR[name] ?? name);
    const used = new Set([...ofStacks, ...clientsOfCommands(), ...OTHERS]);
    used.delete(ABSENT);
    expect(Object.keys(services)).toEqual([...used].sort());
  });

  test("each have a purpose", () => {
    for (const purpose of Object.values(services)) expect(purpose).toMatch(/^\w.*[^.]$/);
  });
});

/** The services whose clients the commands import. */
function clientsOfCommands(): string[] {
  const sources = ["commands", "local", "operations"].flatMap((folder) =>
    readdirSync(path.join(PROJECT_FOLDER, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(path.join(PROJECT_FOLDER, folder, file), "utf8")),
  );
  const clients = sources.flatMap((text) => [...text.matchAll(/"@aws-sdk\/client-([a-z0-9-]+)"/g)]);
  return clients.map(([, name = ""]) => SIGNED_FOR[name] ?? name);
}
