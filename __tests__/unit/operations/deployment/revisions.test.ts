import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import {
  deregisterUnused,
  revisionsIn,
  revisionsPhase,
} from "../../../../operations/deployment/revisions";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { environmentTags } from "../../../../stacks/options/providers";
import { awsError } from "../../../support/preflight";
import { targetOf } from "../../../support/target";

const { config } = readConfig({});
const own = Object.entries(environmentTags(config)).map(([key, value]) => ({ key, value }));
const other = own.map(({ key }) => ({ key, value: "another" }));

/** An account's ECS, with each family's ACTIVE revisions and the revisions that services deploy. */
function account(
  families: Readonly<Record<string, readonly number[]>>,
  deployed: readonly string[] | Error,
  tags: (arn: string) => typeof own = () => own,
) {
  const { ecs } = createClients({ region: "us-east-1" });
  const deregistered: unknown[] = [];
  vi.spyOn(ecs, "send").mockImplementation((command: unknown) => {
    if (command instanceof ListServicesCommand) {
      if (deployed instanceof Error) throw deployed;
      // So many are described at once.
      expect(command.input.maxResults).toBe(10);
      return { serviceArns: ["a"] };
    }
    if (command instanceof DescribeServicesCommand && !(deployed instanceof Error)) {
      return {
        services: [{ deployments: deployed.map((taskDefinition) => ({ taskDefinition })) }],
      };
    }
    if (command instanceof ListTaskDefinitionFamiliesCommand) {
      expect(command.input.status).toBe("ACTIVE");
      return { families: Object.keys(families) };
    }
    if (command instanceof ListTaskDefinitionsCommand) {
      const { familyPrefix = "" } = command.input;
      const revisions = families[familyPrefix] ?? [];
      return { taskDefinitionArns: revisions.map((revision) => `${familyPrefix}:${revision}`) };
    }
    if (command instanceof DescribeTaskDefinitionCommand) {
      return { tags: tags(String(command.input.taskDefinition)) };
    }
    expect(command).toBeInstanceOf(DeregisterTaskDefinitionCommand);
    deregistered.push((command as DeregisterTaskDefinitionCommand).input.taskDefinition);
    return {};
  });
  return { ecs, deregistered };
}

test("the serving revision, its rollback target and the revisions in Terraform's state stay ACTIVE", async () => {
  const families = { "platform-web-dev": [1, 2, 3, 4, 5] };
  const { ecs, deregistered } = account(families, ["platform-web-dev:3", "platform-web-dev:4"]);
  expect(await deregisterUnused(ecs, config, ["platform-web-dev:5"])).toBe(2);
  expect(deregistered).toEqual(["platform-web-dev:1", "platform-web-dev:2"]);
});

test("no revision of a removed service or of a deleted cluster stays ACTIVE", async () => {
  const families = { "platform-web-dev": [7], "platform-gone-dev": [1, 2] };
  const { ecs, deregistered } = account(families, awsError("ClusterNotFoundException"));
  expect(await deregisterUnused(ecs, config, [])).toBe(3);
  expect(deregistered).toHaveLength(3);
});

test("another environment's revisions stay ACTIVE, regardless of their names", async () => {
  const families = {
    "platform-web-blue": [1],
    "platform-web-pr-dev": [1],
    "platform-web-dev": [1],
  };
  const { ecs, deregistered } = account(families, [], (arn) =>
    arn.includes("pr-dev") ? other : own,
  );
  await deregisterUnused(ecs, config, []);
  expect(deregistered).toEqual(["platform-web-dev:1"]);
});

test("a denied request does not count as a deleted cluster", async () => {
  const { ecs, deregistered } = account(
    { "platform-web-dev": [1] },
    awsError("AccessDeniedException"),
  );
  await expect(deregisterUnused(ecs, config, [])).rejects.toThrow();
  expect(deregistered).toEqual([]);
});

test("Terraform's revisions are read from its state", () => {
  const revision = (mode: string, type: string, arn: string) => ({
    mode,
    type,
    instances: [{ attributes: { arn } }],
  });
  const resources = [
    revision("managed", "aws_ecs_task_definition", "web:1"),
    revision("managed", "aws_iam_role", "role"),
    revision("data", "aws_ecs_task_definition", "read:1"),
  ];
  expect(revisionsIn({ resources })).toEqual(["web:1"]);
  expect(revisionsIn(undefined)).toEqual([]);
});

test("a clean-up that fails does not fail the deployment, which has succeeded", async () => {
  const { ecs } = account({ "platform-web-dev": [1] }, awsError("AccessDeniedException"));
  const folder = mkdtempSync(path.join(tmpdir(), "revisions-"));
  mkdirSync(path.join(folder, "stacks", "platform"), { recursive: true });
  writeFileSync(path.join(folder, "stacks", "platform", "cdk.tf.json"), '{"terraform":{}}');
  const terraform = path.join(folder, "terraform");
  writeFileSync(terraform, "#!/bin/sh\nmkdir -p .terraform\n", { mode: 0o755 });
  const { services } = readConfig({});
  const own = targetOf({ config, services });
  const target = { ...own, terraform, synthFolder: folder, clients: { ...own.clients, ecs } };
  try {
    expect(await revisionsPhase(target).run(() => undefined)).toMatch(
      /^unused revisions are left for the next deployment: AccessDeniedException/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
