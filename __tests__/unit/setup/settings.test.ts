import { describe, expect, test } from "vitest";
import { taskBoundary } from "../../../setup/aws/permissions/task-roles";
import { readSettings } from "../../../setup/aws/settings";

const good = {
  SETUP_ACCOUNT: "123456789012",
  SETUP_REPOSITORY: "acme/platform",
  SETUP_STATE_BUCKET: "acme-platform-states",
  SETUP_ENVIRONMENTS: "dev,prod,preview",
};

test("an account is set up for the named environments", () => {
  const { settings, problems } = readSettings(good);
  expect(problems).toEqual([]);
  expect(settings.environments.map(({ github, suffix }) => [github, suffix])).toEqual([
    ["dev", "dev"],
    ["prod", "prod"],
    ["preview", "pr-*"],
  ]);
});

describe("pull requests", () => {
  const planned = (name: string, env = {}) =>
    readSettings({ ...good, ...env, SETUP_PULL_REQUESTS: name }, environments);
  const environments = {
    dev: {},
    prod: { protected: true, plainHttp: true },
    green: { promoteFrom: { environment: "dev" } },
    preview: { lifetimeHours: 72 },
    local: {},
  } as const;

  test("are planned against the environment that is named for them, and else against none", () => {
    expect(readSettings(good).settings.pullRequests).toBeUndefined();
    expect(planned("dev")).toMatchObject({ settings: { pullRequests: "dev" }, problems: [] });
  });

  test.each([
    ["prod", 'SETUP_PULL_REQUESTS is "prod", which is protected: everyone'],
    ["green", 'SETUP_PULL_REQUESTS is "green", which promotes images: everyone'],
    ["preview", 'SETUP_PULL_REQUESTS is "preview"; it must be empty or an environment of'],
    ["blue", 'SETUP_PULL_REQUESTS is "blue"; it must be empty or an environment of'],
    ["dev,green", 'SETUP_PULL_REQUESTS is "dev,green"; it must be empty, or the one environment'],
  ])("are never planned against %s", (name, problem) => {
    const { problems } = planned(name, { SETUP_ENVIRONMENTS: "dev,green,prod,preview" });
    expect(problems[0]).toContain(problem);
  });
});

test("an environment's roles are for its deployment region", () => {
  const environments = {
    dev: {},
    prod: { region: "eu-west-1" },
    preview: { lifetimeHours: 72 },
    local: {},
  };
  const regions = (env: NodeJS.ProcessEnv) =>
    readSettings(
      { ...good, ...env, SETUP_ENVIRONMENTS: "dev,prod" },
      environments,
    ).settings.environments.map(({ region }) => region);
  expect(regions({ AWS_REGION: "us-west-2" })).toEqual(["us-west-2", "eu-west-1"]);
  expect(regions({ PLATFORM_REGION: "us-west-2" })).toEqual(["us-west-2", "us-west-2"]);
});

test("only an environment with a domain may write records, and only to the given zones", () => {
  const domain = { name: "example.com", hostedZone: "example.com" };
  const environments = { dev: {}, prod: { domain }, preview: { lifetimeHours: 72 }, local: {} };
  const { settings, problems } = readSettings(
    { ...good, SETUP_HOSTED_ZONES: "Z0123456789ABCDEFGHIJ" },
    environments,
  );
  expect(problems).toEqual([]);
  expect(settings.environments.map(({ hostedZones }) => hostedZones)).toEqual([
    [],
    ["Z0123456789ABCDEFGHIJ"],
    [],
  ]);
});

test("settings that grant access have no default, and all missing settings are reported at once", () => {
  const { problems } = readSettings({});
  expect(problems.map((problem) => problem.split(" ").slice(0, 4).join(" "))).toEqual([
    "SETUP_ENVIRONMENTS is not set;",
    "SETUP_ACCOUNT is not set;",
    "SETUP_STATE_BUCKET is not set;",
    "SETUP_REPOSITORY is not set;",
  ]);
});

test.each([
  ["SETUP_ACCOUNT", "12345", "the 12-digit AWS account ID"],
  ["SETUP_REPOSITORY", "acme/*", "OWNER/NAME of one repository"],
  ["SETUP_REPOSITORY", "*", "OWNER/NAME of one repository"],
  ["SETUP_REPOSITORY", "acme/platform:ref", "OWNER/NAME of one repository"],
  ["SETUP_STATE_BUCKET", "Acme", "a name for an S3 bucket"],
  ["SETUP_ENVIRONMENTS", "", "GitHub environment names"],
  ["SETUP_ENVIRONMENTS", "*", "GitHub environment names"],
  ["SETUP_ENVIRONMENTS", "dev,Prod", "GitHub environment names"],
  ["SETUP_ENVIRONMENTS", "dev,my-dev", "GitHub environment names"],
  ["SETUP_ENVIRONMENTS", "dev,pr-1", "pr-1 belongs to a pull request"],
  ["SETUP_ENVIRONMENTS", "dev,dev", "names an environment twice"],
  [
    "SETUP_ENVIRONMENTS",
    "dev,pord",
    'the environment "pord" is not in environments.ts; did you mean prod?',
  ],
  ["SETUP_STATE_ACCOUNT", "dev", "the 12-digit ID of another account"],
  ["SETUP_STATE_SHARED_WITH", "210987654321;1", "12-digit account IDs separated by commas"],
  ["SETUP_HOSTED_ZONES", "example.com", "Route 53 hosted zone IDs"],
  ["SETUP_REPOSITRY", "acme/platform", "is not a setting"],
  ["PLATFORM_REGION", "us-esat-1", "one of us-east-1"],
  ["SETUP_TASK_PERMISSIONS", "ses:SendEmail", "it must be empty, or JSON with permissions by env"],
  ["SETUP_TASK_PERMISSIONS", "[]", "it must be empty, or JSON with permissions by environment"],
  [
    "SETUP_TASK_PERMISSIONS",
    '{"blue": []}',
    "blue is not set up here; SETUP_ENVIRONMENTS names dev,",
  ],
  ["SETUP_TASK_PERMISSIONS", '{"dev": []}', "SETUP_TASK_PERMISSIONS: dev is empty; leave it out"],
  [
    "SETUP_TASK_PERMISSIONS",
    '{"dev": [{"actions": ["iam:*"], "resources": ["*"]}]}',
    'SETUP_TASK_PERMISSIONS: dev.permissions.0.actions names "iam:*", but no task may have',
  ],
  [
    "SETUP_TASK_PERMISSIONS",
    '{"dev": [{"actions": ["s3:*"], "resources": ["*"]}]}',
    'dev.permissions.0.actions names "s3:*" on "*", which means everything',
  ],
])("%s=%s is refused", (variable, value, words) => {
  const { problems } = readSettings({ ...good, [variable]: value });
  expect(problems.join("\n")).toContain(words);
});

const MAIL = "arn:aws:ses:us-east-1:123456789012:identity/acme.com";
const mail = { actions: ["ses:SendEmail"], resources: [MAIL] };

test("the tasks of one environment may be allowed more than those of another", () => {
  const { settings, problems } = readSettings({
    ...good,
    SETUP_TASK_PERMISSIONS: JSON.stringify({ prod: [mail] }),
  });
  expect(problems).toEqual([]);
  const allowed = settings.environments.map((environment) =>
    JSON.stringify(taskBoundary(environment)).includes(MAIL),
  );
  expect(allowed).toEqual([false, true, false]);
});

test("without a choice no task may do more than the platform's own words need", () => {
  const { settings } = readSettings(good);
  expect(settings.environments.map(({ taskPermissions }) => taskPermissions)).toEqual([[], [], []]);
});

test("a boundary that IAM would refuse for its length is refused before anything is created", () => {
  const tables = [...Array(90).keys()].map(
    (index) => `arn:aws:dynamodb:us-east-1:123456789012:table/orders-${index}`,
  );
  const chosen = { dev: [{ actions: ["dynamodb:GetItem"], resources: tables }] };
  const { problems } = readSettings({ ...good, SETUP_TASK_PERMISSIONS: JSON.stringify(chosen) });
  expect(problems).toEqual([
    "SETUP_TASK_PERMISSIONS: the boundary of dev would have more than IAM's 6144 characters, with what it allows by itself and the ARNs of the catalogue's secrets; name fewer actions and ARNs, or use wildcards in them",
  ]);
});
