import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ListRoleTagsCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { importCommands } from "../../../../operations/failures/import-commands";
import { StackFailure, stackFolder } from "../../../../operations/terraform/terraform-process";
import { createClients } from "../../../../operations/target/clients";
import * as checks from "../../../../operations/checks/clients";
import { readConfig } from "../../../../project";
import { answer, awsError } from "../../../support/preflight";

// Not the folder that a deployment of this checkout may be using now.
const synthFolder = mkdtempSync(path.join(tmpdir(), "import-"));

const NAMES: Readonly<Record<string, Record<string, string>>> = {
  aws_iam_role: { name: "platform-web-ecs-use1-dev" },
  aws_ecr_repository: { name: "platform-dev/web" },
  aws_ecs_cluster: { name: "platform-dev" },
  aws_ecs_service: { name: "platform-web-dev" },
  aws_cloudwatch_log_group: { name: "/ecs/platform-dev/web" },
  aws_rds_cluster: { cluster_identifier: "platform-dev" },
  aws_rds_cluster_instance: { identifier: "platform-writer-dev" },
  aws_rds_cluster_parameter_group: { name: "platform-tls-dev" },
  aws_db_subnet_group: { name: "platform-dev" },
  aws_lb: { name: "platform-dev" },
  aws_lb_target_group: { name: "web-1a2b3c-dev" },
  aws_secretsmanager_secret: { name: "platform-web-database-dev" },
};
const GROUP_ARN =
  "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-1a2b3c-dev/1";
const SECRET_ARN =
  "arn:aws:secretsmanager:us-east-1:123456789012:secret:platform-web-database-dev-AbCdEf";
const LB_ARN =
  "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/platform-dev/1";

beforeAll(() => {
  mkdirSync(stackFolder("platform", synthFolder), { recursive: true });
  const resource = Object.fromEntries(
    Object.entries(NAMES).map(([type, given]) => [type, { it: given }]),
  );
  writeFileSync(
    path.join(stackFolder("platform", synthFolder), "cdk.tf.json"),
    JSON.stringify({ resource }),
  );
});
afterAll(() => {
  rmSync(synthFolder, { recursive: true });
});

type Tags = Record<string, string>;

const { createClients: accountClients, createSecretsClient: secretsClient } = checks;

/** An AWS where every requested resource exists with these tags, or which answers with an error. */
async function advise(
  type: string,
  tags: Tags | Error,
  region = "us-east-1",
  words = "EntityAlreadyExists: it",
) {
  const clientSettings = { region, credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  const clients = createClients(clientSettings);
  const asked = accountClients(clientSettings, region);
  vi.spyOn(checks, "createClients").mockReturnValue(asked);
  const secrets = secretsClient(clientSettings, region);
  vi.spyOn(checks, "createSecretsClient").mockReturnValue(secrets);
  const list = tags instanceof Error ? [] : Object.entries(tags);
  const Tags = list.map(([Key, Value]) => ({ Key, Value }));
  const reply = (given: unknown) => (tags instanceof Error ? tags : given);
  answer(asked.sts, { Account: "123456789012" });
  const spies = {
    iam: answer(asked.iam, reply({ Tags })),
    rds: answer(asked.rds, reply({ TagList: Tags })),
    ecr: answer(clients.ecr, reply({ tags: Tags })),
    ecs: answer(clients.ecs, reply({ tags: list.map(([key, value]) => ({ key, value })) })),
    logs: answer(clients.logs, reply({ tags })),
    lb: answer(
      clients.loadBalancing,
      reply({
        LoadBalancers: [{ LoadBalancerArn: LB_ARN }],
        TargetGroups: [{ TargetGroupArn: GROUP_ARN }],
        TagDescriptions: [{ Tags }],
      }),
    ),
    secrets: answer(secrets, reply({ ARN: SECRET_ARN, Tags })),
  };
  const errors = [
    { summary: words, detail: "", address: `${type}.it` },
    // It fails for another reason, so nothing of its name exists.
    { summary: "Throttling", detail: "", address: "aws_cloudwatch_log_group.other" },
  ];
  const failure = new StackFailure("platform", errors, { synthFolder });
  const { config } = readConfig({ PLATFORM_REGION: region });
  return { lines: await importCommands(failure, { config, clients, clientSettings }), spies };
}

const OWN: Tags = { Project: "platform", Environment: "dev", ManagedBy: "terraform" };
const commandsIn = (lines: readonly string[]) => lines.filter((line) => / import '/.test(line));

test.each([
  ["aws_iam_role", "platform-web-ecs-use1-dev"],
  ["aws_ecr_repository", "platform-dev/web"],
  ["aws_ecs_cluster", "platform-dev"],
  ["aws_ecs_service", "platform-dev/platform-web-dev"],
  ["aws_cloudwatch_log_group", "/ecs/platform-dev/web"],
  ["aws_rds_cluster", "platform-dev"],
  ["aws_rds_cluster_instance", "platform-writer-dev"],
  ["aws_rds_cluster_parameter_group", "platform-tls-dev"],
  ["aws_db_subnet_group", "platform-dev"],
  ["aws_lb", LB_ARN],
  ["aws_lb_target_group", GROUP_ARN],
  ["aws_secretsmanager_secret", SECRET_ARN],
])("an %s that a killed run left behind can be imported by a command to copy", async (type, id) => {
  const { lines } = await advise(type, OWN);
  expect(commandsIn(lines)).toEqual([expect.stringMatching(/^→ terraform -chdir=\S+ import /)]);
  expect(commandsIn(lines)[0]).toContain(`import '${type}.it' '${id}'`);
});

test.each([
  ["aws_rds_cluster", "rds:us-east-1:123456789012:cluster:platform-dev"],
  ["aws_rds_cluster_instance", "rds:us-east-1:123456789012:db:platform-writer-dev"],
  ["aws_rds_cluster_parameter_group", "rds:us-east-1:123456789012:cluster-pg:platform-tls-dev"],
  ["aws_db_subnet_group", "rds:us-east-1:123456789012:subgrp:platform-dev"],
])("the tags of an %s are read by the ARN that RDS gives it", async (type, arn) => {
  const { spies } = await advise(type, OWN);
  expect(spies.rds).toHaveBeenCalledWith(
    expect.objectContaining({ input: { ResourceName: `arn:aws:${arn}` } }),
  );
});

test.each([
  ["aws_lb", { Names: ["platform-dev"] }, LB_ARN],
  ["aws_lb_target_group", { Names: ["web-1a2b3c-dev"] }, GROUP_ARN],
])("an %s is looked up by its name, and its tags by its ARN", async (type, named, arn) => {
  const { spies } = await advise(type, OWN);
  for (const input of [named, { ResourceArns: [arn] }])
    expect(spies.lb).toHaveBeenCalledWith(expect.objectContaining({ input }));
});

test("a secret is looked up by its name", async () => {
  const { spies } = await advise("aws_secretsmanager_secret", OWN);
  const input = { SecretId: "platform-web-database-dev" };
  expect(spies.secrets).toHaveBeenCalledWith(expect.objectContaining({ input }));
});

test.each([
  "ELBv2 Target Group (web-1a2b3c-dev) already exists",
  "DuplicateTargetGroupName: A target group with the same name exists",
  "ResourceExistsException: The operation failed because the secret platform-web-database-dev ",
  "DBClusterAlreadyExistsFault: it",
])("'%s' says that a resource exists", async (words) => {
  const { lines } = await advise("aws_lb_target_group", OWN, "us-east-1", words);
  expect(commandsIn(lines)).toHaveLength(1);
});

test("a resource that cannot be imported by its name is not looked up", async () => {
  const { lines, spies } = await advise("aws_security_group", OWN);
  expect(lines).toEqual([]);
  for (const spy of Object.values(spies)) expect(spy).not.toHaveBeenCalled();
});

test("a resource's tags are read by its ARN, in the region's partition", async () => {
  const { spies } = await advise("aws_ecs_service", OWN, "us-gov-west-1");
  const resourceArn =
    "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:service/platform-dev/platform-web-dev";
  expect(spies.ecs).toHaveBeenCalledWith(expect.objectContaining({ input: { resourceArn } }));
  const { spies: role } = await advise("aws_iam_role", OWN);
  expect(role.iam).toHaveBeenCalledWith(expect.any(ListRoleTagsCommand));
});

describe.each(Object.keys(NAMES))("an %s of another owner", (type) => {
  test.each<[string, Tags, string]>([
    [
      "another environment",
      { Project: "platform", Environment: "prod" },
      "belongs to the environment prod of platform",
    ],
    [
      "another platform",
      { Project: "shop", Environment: "dev" },
      "belongs to the environment dev of shop",
    ],
    ["an unknown owner", { Owner: "finance" }, "has no tags Project and Environment"],
  ])("is never imported if it belongs to %s, and the message says so", async (_, tags, words) => {
    const { lines } = await advise(type, tags);
    expect(commandsIn(lines)).toEqual([]);
    expect(lines[0]).toContain(`${type} `);
    expect(lines[0]).toContain(words);
    expect(lines.at(-1)).toContain("Choose another PLATFORM_NAME or PLATFORM_SUFFIX");
    expect(lines.join("\n")).not.toContain("a killed run left them");
  });

  test("is not imported if its tags cannot be read, and the message gives the reason", async () => {
    const { lines } = await advise(type, awsError("AccessDenied", "not you"));
    expect(commandsIn(lines)).toEqual([]);
    expect(lines[0]).toContain("could not be read (AccessDenied: not you)");
  });

  test("is not mentioned if no resource has its name", async () => {
    expect((await advise(type, awsError("ResourceNotFoundException"))).lines).toEqual([]);
  });
});
