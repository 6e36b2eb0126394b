import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { TOKEN_ACTIONS } from "../../../operations/identity/token";
import { oneOffFamily } from "../../../operations/tasks/one-off-definition";
import { PROJECT_FOLDER, readConfig } from "../../../project";
import type { Environment } from "../../../setup/aws/permissions/environment";
import type { Grant } from "../../../setup/aws/permissions/grant";
import { operating, reading } from "../../../setup/aws/permissions/operating";
import { run } from "../../../setup/aws/permissions/run";
import { taskBoundary } from "../../../setup/aws/permissions/task-roles";
import { token } from "../../../setup/aws/permissions/token";
import { CHANNEL_ACTIONS } from "../../../spec/service/task-statements";
import { matches } from "../../support/iam";
import { changing, dev, entries, grants } from "../../support/roles";
import { sdkCalls } from "../../support/sdk-calls";

test("people get a token with exactly the calls of its command, of their environment's pool alone", () => {
  const granted = token(dev).flatMap(({ actions }) => actions);
  expect(granted.sort()).toEqual([...new Set(sdkCalls("operations/identity"))].sort());
  expect(TOKEN_ACTIONS).toEqual(granted.filter((action) => action.startsWith("cognito-idp:")));
  const [, onPool] = token(dev);
  expect(onPool?.conditions).toEqual({
    StringLike: { "aws:ResourceTag/Project": "platform", "aws:ResourceTag/Environment": "dev" },
  });
});

test("people run a command with the calls of that alone, and change nothing that is deployed", () => {
  const granted = run(dev).flatMap(({ actions }) => actions);
  // `aws ecs list-tasks` finds a task that a killed command has left.
  const besides = ["ecs:ListTasks", "ecs:TagResource", "iam:PassRole", "states:DescribeExecution"];
  expect([...new Set(granted)].sort()).toEqual(
    [...new Set([...sdkCalls("operations/tasks"), ...besides])].sort(),
  );
  const written = run(dev).filter(({ actions }) => actions.includes("ecs:RegisterTaskDefinition"));
  expect(written.flatMap(({ resources }) => resources)).toEqual([
    "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-*-one_off-dev:*",
  ]);
  expect(matches(String(written[0]?.resources[0]), revisionOf("flask-api"))).toBe(true);
});

/** The ARN of a one-off revision of a service. */
function revisionOf(service: string): string {
  const family = oneOffFamily(readConfig({}).config, service);
  return `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:1`;
}

test("no role of a pipeline runs a command in a service, or a job", () => {
  const actions = grants.flatMap((grant) => grant.actions);
  expect(actions.filter((action) => /^(ecs:RunTask|states:Start)/.test(action))).toEqual([]);
});

test("no role of a pipeline can get a token", () => {
  const actions = grants.flatMap((grant) => grant.actions);
  expect(actions.filter((action) => /^cognito-idp:(Admin|Initiate|Respond)/.test(action))).toEqual(
    [],
  );
});

const READERS_CALLS = [
  ...sdkCalls("operations/status"),
  ...sdkCalls("operations/logs"),
  ...sdkCalls("operations/diagnosis"),
  ...sdkCalls("operations/handbook"),
  ...sdkCalls("operations/environments/load-balancer-url.ts"),
];

test("people see what goes on with exactly the calls of those commands, and change nothing", () => {
  const granted = reading(dev).flatMap(({ actions }) => actions);
  expect([...new Set(granted)].sort()).toEqual([...new Set(READERS_CALLS)].sort());
  expect(reading(dev).flatMap(changing)).toEqual([]);
});

test("people restart a service, roll it back and enter its tasks with exactly the calls of those commands", () => {
  const granted = operating(dev).flatMap(({ actions }) => actions);
  // A failure is explained by the diagnosis of a service, which asks nothing about jobs.
  const ofServices = sdkCalls("operations/diagnosis").filter((call) =>
    /^(ecs|logs|elast)/.test(call),
  );
  const besides = ["ecs:TagResource", "iam:PassRole"];
  const called = [
    ...sdkCalls("operations/rollouts"),
    ...sdkCalls("operations/exec"),
    ...ofServices,
    ...besides,
  ];
  expect([...new Set(granted)].sort()).toEqual([...new Set(called)].sort());
});

test("people enter tasks of their environment alone, by its cluster and its tags, and only where it has exec", () => {
  const enters = (environment: Environment) =>
    operating(environment).filter(({ actions }) => actions.includes("ecs:ExecuteCommand"));
  expect(enters(dev)).toEqual([
    {
      actions: ["ecs:ExecuteCommand"],
      resources: [
        "arn:aws:ecs:us-east-1:123456789012:cluster/platform-dev",
        "arn:aws:ecs:us-east-1:123456789012:task/platform-dev/*",
      ],
      conditions: {
        StringLike: {
          "aws:ResourceTag/Project": "platform",
          "aws:ResourceTag/Environment": "dev",
        },
        ArnEquals: { "ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/platform-dev" },
      },
    },
  ]);
  expect(enters({ ...dev, exec: false })).toEqual([]);
});

test("a task reaches Systems Manager only where its environment has exec, and nobody starts other sessions", () => {
  const actionsOf = (all: readonly Grant[]) => all.flatMap(({ actions }) => actions);
  const channels = (environment: Environment) =>
    actionsOf(taskBoundary(environment)).filter((action) => action.startsWith("ssmmessages:"));
  expect(channels(dev).sort()).toEqual([...CHANNEL_ACTIONS]);
  expect(channels({ ...dev, exec: false })).toEqual([]);
  // A session of Systems Manager's own would be in no log.
  const everything = [...grants, ...operating(dev), ...reading(dev), ...run(dev)];
  expect(actionsOf(everything)).not.toContain("ssm:StartSession");
  expect(actionsOf(grants)).not.toContain("ecs:ExecuteCommand");
});

test.each(["prod", "dev2"])("people of dev see and operate nothing of %s", (other) => {
  const place = "arn:aws:ecs:us-east-1:123456789012:";
  const all = [...reading(dev), ...operating(dev)];
  const bound = all.flatMap(({ resources }) => (resources === "*" ? [] : resources));
  for (const [own, foreign] of [
    [`${place}service/platform-dev/platform-web-dev`, `${place}service/platform-${other}/web`],
    [
      `${place}task-definition/platform-web-dev:5`,
      `${place}task-definition/platform-web-${other}:5`,
    ],
    [
      "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/platform-dev/web:*",
      `arn:aws:logs:us-east-1:123456789012:log-group:/ecs/platform-${other}/web:*`,
    ],
  ] as const) {
    expect(bound.some((each) => matches(each, own))).toBe(true);
    expect(bound.filter((each) => matches(each, foreign))).toEqual([]);
  }
});

test("no role of a pipeline restarts or rolls back a service outside of Terraform", () => {
  const ofCommands = entries
    .filter(([block]) => block.startsWith("npx platform "))
    .flatMap(([, { write }]) => write.flatMap(({ actions }) => actions));
  expect(ofCommands).not.toContain("ecs:UpdateService");
  expect(ofCommands).not.toContain("ecs:RegisterTaskDefinition");
});

test("docs/operating.md lists what each of the two policies allows", () => {
  const text = readFileSync(path.join(PROJECT_FOLDER, "docs", "operating.md"), "utf8");
  for (const [policy, grants] of [
    ["platform-read-ENVIRONMENT", reading(dev)],
    ["platform-operate-ENVIRONMENT", operating(dev)],
  ] as const) {
    const row = text.split("\n").find((line) => line.startsWith(`| \`${policy}\``)) ?? "";
    const listed = [...row.matchAll(/`([a-z0-9-]+):([A-Za-z, ]+)`/g)].flatMap(
      ([, service = "", names = ""]) => names.split(", ").map((name) => `${service}:${name}`),
    );
    const granted = new Set(grants.flatMap(({ actions }) => actions));
    expect([...new Set(listed)].sort()).toEqual([...granted].sort());
  }
});
