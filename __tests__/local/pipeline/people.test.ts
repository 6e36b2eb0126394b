import path from "node:path";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout, SUFFIX } from "../e2e/support/checkout";
import { client } from "../e2e/support/local-aws";
import { ENFORCED } from "./enforced";
import { ACCOUNT } from "./github-token";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 1_500_000 });

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e-people"));
const iam = new IAMClient(client);

/** A person who has these policies of the setup, and no other right. */
class Person {
  private keys: Record<string, string> = {};

  constructor(private readonly policies: readonly string[]) {}

  async arrive(): Promise<void> {
    const UserName = this.policies.join("-");
    await iam.send(new CreateUserCommand({ UserName }));
    for (const policy of this.policies) {
      const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/setup/platform-${policy}-${SUFFIX}`;
      await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    this.keys = {
      PERSON_KEY: AccessKey?.AccessKeyId ?? "",
      PERSON_SECRET: AccessKey?.SecretAccessKey ?? "",
    };
  }

  /** Runs a command of the platform as on AWS. */
  async runs(command: string) {
    const shell = [
      'eval "$(npx platform env)"',
      "export AWS_ACCESS_KEY_ID=$PERSON_KEY AWS_SECRET_ACCESS_KEY=$PERSON_SECRET",
      command,
    ].join(" && ");
    return await checkout.run(`bash -c '${shell}'`, 300, { ...ENFORCED, ...this.keys });
  }
}

const reader = new Person(["read"]);
const operator = new Person(["read", "operate"]);
const runner = new Person(["run"]);
const keeper = new Person(["secrets"]);

beforeAll(async () => {
  checkout.edit("environments.ts", "local: {", "$& exec: true,");
  expect(await checkout.run("npx platform up", 1200, ENFORCED)).toMatchObject({ exitCode: 0 });
  const setup =
    'eval "$(npx platform env)" && npx platform setup --auto-approve --skip-provider-lock';
  expect(await checkout.run(`bash -c '${setup}'`, 300, ENFORCED)).toMatchObject({ exitCode: 0 });
  for (const person of [reader, operator, runner, keeper]) await person.arrive();
});

afterAll(async () => {
  await checkout.run("npx platform down", 300, ENFORCED);
});

/** Its input must be a terminal, which `script` makes. */
const inTask = `script -qec "npx platform exec ${SUFFIX} flask-api -- id -u" /dev/null`;

describe("who may read", () => {
  test.each([
    ["status", "2/2"],
    ["diagnose", "flask-api is well"],
    ["open", `/_alb/platform-${SUFFIX}/v1/transactions`],
    ["handbook", "handbook/"],
    ["logs", "transaction-processor"],
  ])("sees %s", async (command, shown) => {
    const { exitCode, output } = await reader.runs(`npx platform ${command} ${SUFFIX}`);
    expect(output).toContain(shown);
    expect(output).not.toContain("AccessDenied");
    expect(exitCode).toBe(0);
  });

  test.each([
    [`npx platform restart ${SUFFIX} flask-api`, "ecs:UpdateService"],
    [`npx platform rollback ${SUFFIX} flask-api`, "ecs:ListServiceDeployments"],
    [inTask, "ecs:ExecuteCommand"],
    [`npx platform run ${SUFFIX} flask-api -- id -u`, "ecs:RegisterTaskDefinition"],
  ])("is refused by %s, which names the right that is missing", async (command, right) => {
    const { exitCode, output } = await reader.runs(command);
    expect(exitCode).toBe(1);
    expect(output).toContain(`is not authorized to perform: ${right}`);
    expect(output).toMatch(/→ .*docs\/(operating|jobs)\.md|→ Allow the caller that action/);
  });
});

describe("who may operate", () => {
  test("restarts a service", async () => {
    const { exitCode, output } = await operator.runs(`npx platform restart ${SUFFIX} flask-api`);
    expect(output).toContain("its new tasks are healthy");
    expect(exitCode).toBe(0);
  });

  test("rolls a deployment back", async () => {
    checkout.edit(
      "services/flask-api/flask_api/about.py",
      '{"service"',
      '{"edition": 2, "service"',
    );
    expect(await checkout.run("npx platform up", 600, ENFORCED)).toMatchObject({ exitCode: 0 });
    const { exitCode, output } = await operator.runs(`npx platform rollback ${SUFFIX} flask-api`);
    expect(output).toMatch(/platform-flask-api-\w+:\d+ is healthy/);
    expect(exitCode).toBe(0);
  });

  test("runs a command in a task", async () => {
    const { exitCode, output } = await operator.runs(inTask);
    expect(exitCode).toBe(0);
    // Both the terminal of the container and this one put a carriage return before a new line.
    expect(output.split(/\r*\n/)).toContain("0");
  });
});

test("who may run commands runs one in a container of its own, and cannot restart a service", async () => {
  const { exitCode, output } = await runner.runs(`npx platform run ${SUFFIX} flask-api -- id -u`);
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^\d+$/m);
  const refused = await runner.runs(`npx platform restart ${SUFFIX} flask-api`);
  expect(refused.output).toContain("ecs:UpdateService");
  expect(refused.exitCode).toBe(1);
});

test("who keeps secrets lists them, and reads no log", async () => {
  expect(await keeper.runs(`npx platform secret list ${SUFFIX}`)).toMatchObject({ exitCode: 0 });
  const refused = await keeper.runs(`npx platform logs ${SUFFIX}`);
  expect(refused.output).toContain("logs:FilterLogEvents");
  expect(refused.exitCode).toBe(1);
});
