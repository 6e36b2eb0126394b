import { describe, expect, test } from "vitest";
import { SECRET_STAND_IN } from "../../../../spec/service/secrets";
import type { ServiceSecrets } from "../../../../spec/service/secrets";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { type Block, containers, synthesize } from "../../../support/synth";

const LICENSE = "arn:aws:ssm:eu-west-1:123456789012:parameter/acme/license";
const STRIPE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/stripe-AbCdEf";

const withSecrets = (secrets: ServiceSecrets): Services => ({
  ...fixture,
  orders: { ...fixture.orders, migrate: ["migrate"], secrets },
});
const services = withSecrets({
  API_KEY: true,
  LICENSE,
  STRIPE_KEY: `${STRIPE}:key::`,
  STRIPE_USER: `${STRIPE}:user::`,
});
const { platform, images } = synthesize(services);

/** What ECS passes to a container, by the variable. */
function passed(name: string, stack = platform): Record<string, unknown> {
  const container = containers(stack).find((each) => each["name"] === name);
  // The format of the ECS API.
  const secrets = (container?.["secrets"] ?? []) as { name: string; valueFrom: string }[];
  return Object.fromEntries(secrets.map((each) => [each.name, each.valueFrom]));
}

interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

function statementsOf(service: string, stack = platform): Statement[] {
  return stack
    .dataSources("aws_iam_policy_document")
    .filter((block) => pathOf(block).endsWith(`${service}/task/roles/execution-permissions`))
    .flatMap(({ statement }) => statement as Statement[]);
}

function pathOf(block: Block): string {
  return (block["//"] as { metadata: { path: string } }).metadata.path;
}

describe("a service's secrets", () => {
  test.each(["orders", "migrate"])("are passed to the container %s by reference", (container) => {
    expect(passed(container)).toMatchObject({
      API_KEY: "/platform-dev/orders/API_KEY",
      LICENSE,
      STRIPE_KEY: `${STRIPE}:key::`,
      STRIPE_USER: `${STRIPE}:user::`,
    });
    // Beside the login to its database.
    expect(passed(container)).toHaveProperty("DATABASE_PASSWORD");
  });

  test("reach no container of another service, and none of the platform's own", () => {
    for (const container of ["web", "order-archive", "database-setup", "ready", "health"]) {
      expect(Object.keys(passed(container))).not.toContain("API_KEY");
    }
  });

  test("are readable by the execution role of the service: its own folder, and each other by its ARN", () => {
    const read = statementsOf("orders").filter(({ sid }) => sid.startsWith("Read"));
    expect(read).toEqual([
      {
        sid: "ReadSecrets",
        actions: ["secretsmanager:GetSecretValue"],
        // After the database's; the secret of two variables once.
        resources: [expect.any(String), expect.any(String), STRIPE],
      },
      {
        sid: "ReadParameters",
        actions: ["ssm:GetParameters"],
        resources: [
          expect.stringMatching(
            /^arn:aws:ssm:us-east-1:\$\{element\(.*\), 4\)\}:parameter\/platform-dev\/orders\/\*$/,
          ),
          LICENSE,
        ],
      },
    ]);
  });

  test("are readable for no other service, which has a folder of its own even without secrets", () => {
    // One that leaves the catalogue must not keep tasks of the version before from starting.
    for (const other of ["web", "order-archive"]) {
      const [read] = statementsOf(other).filter(({ sid }) => sid === "ReadParameters");
      const own = new RegExp(`:parameter/platform-dev/${other}/\\*$`);
      expect(read?.resources).toEqual([expect.stringMatching(own)]);
    }
  });

  test("are in the probe as a stand-in, and in no task as a plain variable", () => {
    const probes = images.resources("docker_container").filter(({ name }) => {
      return String(name).includes("-orders-probe-") && !String(name).includes("health");
    });
    expect(probes.map(({ env }) => env)).toEqual([
      expect.arrayContaining(
        ["API_KEY", "LICENSE", "STRIPE_KEY"].map((name) => `${name}=${SECRET_STAND_IN}`),
      ),
    ]);
    expect(JSON.stringify(platform.json)).not.toContain(SECRET_STAND_IN);
  });

  test("are in no resource: Terraform neither makes nor reads them", () => {
    expect(platform.resources("aws_ssm_parameter")).toEqual([]);
    expect(platform.dataSources("aws_ssm_parameter")).toEqual([]);
    expect(platform.dataSources("aws_secretsmanager_secret_version")).toEqual([]);
  });
});

test("a catalogue without secrets has the same stack, whether the word is there or not", () => {
  const without = synthesize({ ...fixture, orders: { ...fixture.orders, migrate: ["migrate"] } });
  expect(synthesize(withSecrets([])).platform.json).toEqual(without.platform.json);
  expect(statementsOf("orders", without.platform).map(({ sid }) => sid)).toEqual([
    "LogIn",
    "PullImage",
    "WriteLog",
    "ReadSecrets",
    "ReadParameters",
  ]);
});

test("a preview's tasks read the parameters that all previews share", () => {
  const preview = synthesize(withSecrets(["API_KEY"]), { PLATFORM_SUFFIX: "pr-7" });
  expect(passed("orders", preview.platform)).toMatchObject({
    API_KEY: "/platform-preview/orders/API_KEY",
  });
});
