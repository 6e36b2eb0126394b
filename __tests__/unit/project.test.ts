import path from "node:path";
import { expect, test } from "vitest";
import { PROJECT_FOLDER, readConfig } from "../../project";
import { rdsAuthorities } from "../../spec/database/authorities";
import { environmentsWith } from "../support/environments";
import { fixture } from "../support/services";

test("an environment without settings is dev in us-east-1", () => {
  const now = new Date("2026-11-29");
  expect(readConfig({}, environmentsWith(), fixture, now)).toEqual({
    config: {
      name: "platform",
      suffix: "dev",
      region: "us-east-1",
      availabilityZones: 2,
      cidr: "10.0.0.0/16",
      natGateways: "one-per-zone",
      architecture: "X86_64",
      database: { minCapacity: 0.5, maxCapacity: 4 },
      capacity: "on-demand",
      lifetimeHours: undefined,
      domain: undefined,
      alarms: { emails: [], webhooks: [] },
      registry: undefined,
      databaseAuthorities: rdsAuthorities("us-east-1"),
      passwordPeriod: 692,
      backend: { kind: "local", folder: path.join(PROJECT_FOLDER, ".platform", "state") },
      keptRepositories: [],
      leftDatabases: [],
      protected: false,
      exec: false,
      logs: { access: false, flow: false, database: false },
      promoteFrom: undefined,
      pullableBy: [],
      sign: false,
      permissionsBoundary: undefined,
    },
    services: fixture,
    problems: [],
  });
});

test("the region is PLATFORM_REGION, else the environment's own, else AWS_REGION", () => {
  const regionOf = (env: Record<string, string>, region?: string) =>
    readConfig(env, environmentsWith(region === undefined ? {} : { region })).config.region;
  const shell = { AWS_REGION: "eu-west-1" };
  expect(regionOf(shell)).toBe("eu-west-1");
  expect(regionOf(shell, "sa-east-1")).toBe("sa-east-1");
  expect(regionOf({ ...shell, PLATFORM_REGION: "eu-north-1" }, "sa-east-1")).toBe("eu-north-1");
});

test("repositories of removed services are kept by name", () => {
  const { config } = readConfig({ PLATFORM_KEPT_REPOSITORIES: "orders,billing" });
  expect(config.keptRepositories).toEqual(["orders", "billing"]);
});

test.each([
  ["PLATFORM_REGION", "us-esat-1", "one of us-east-1"],
  ["PLATFORM_SUFFIX", "Feature_X", "1 to 12 lower-case letters"],
  ["PLATFORM_SUFFIX", "a-very-long-suffix", "1 to 12 lower-case letters"],
  ["PLATFORM_SUFFIX", "dev-", "1 to 12 lower-case letters"],
  ["PLATFORM_NAME", "1st", "1 to 16 lower-case letters"],
  ["PLATFORM_NAME", "a".repeat(17), "1 to 16 lower-case letters"],
  ["PLATFORM_NAME", "aws", "but not internal, sg or aws"],
  ["PLATFORM_NAME", "platform-blue", "without a hyphen"],
  ["PLATFORM_SUFFIX", "blue-dev", "without a hyphen"],
  ["PLATFORM_SUFFIX", "pr", "but neither pr nor database"],
  ["PLATFORM_SUFFIX", "database", "but neither pr nor database"],
  ["PLATFORM_SUFFIX", "pr-dev", "the last starting with a digit"],
  ["PLATFORM_NAME", "internal-tools", "without a hyphen"],
  ["PLATFORM_PERMISSIONS_BOUNDARY", "task-boundary", "the ARN of an IAM policy"],
  ["PLATFORM_REGISTRY", "127.0.0.1:4566", "http(s)://host:port"],
  ["PLATFORM_KEPT_REPOSITORIES", "orders, billing", "separated by commas"],
  ["PLATFORM_LEFT_DATABASES", "orders,flask-api", "separated by commas"],
])("%s=%s is refused with the value and the rule", (variable, value, rule) => {
  const { problems } = readConfig({ [variable]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`${variable} is "${value}"; it must be`);
  expect(problems[0]).toContain(rule);
});

test("a mistyped variable is refused, not ignored", () => {
  const { problems } = readConfig({ PLATFORM_SUFIX: "prod" });
  expect(problems).toEqual([
    expect.stringContaining("PLATFORM_SUFIX is not a setting; did you mean PLATFORM_SUFFIX?"),
  ]);
});

test("all mistakes of variables and environments are reported at once", () => {
  const env = { PLATFORM_REGION: "mars-1", PLATFORM_SUFFIX: "X", PLATFORM_CIDR: "0.0.0.0/0" };
  const environments = { ...environmentsWith(), dev: { region: "mars-2" } };
  expect(readConfig(env, environments).problems).toHaveLength(4);
});

test("what is no catalogue and no environments at all is refused, and nothing breaks", () => {
  const broken = { preview: {}, local: {}, dev: { region: 7, database: { minCapacity: 1 } } };
  // As a file has it that nobody compiled.
  const { problems, services } = readConfig({}, broken as never, { web: null } as never);
  expect(problems).toEqual([
    expect.stringContaining("dev.region is 7; it must be a region"),
    expect.stringContaining("dev.database.maxCapacity is not set"),
  ]);
  expect(Object.keys(services)).toEqual(["web"]);
  expect(readConfig({}, null as never, null as never).problems).toEqual([
    expect.stringContaining("the file's export is null"),
  ]);
});
