import path from "node:path";
import { PROJECT_FOLDER, readConfig } from "../stacks/config";

test("an environment without settings is dev in us-east-1", () => {
  expect(readConfig({})).toEqual({
    config: {
      name: "platform",
      suffix: "dev",
      region: "us-east-1",
      availabilityZones: 2,
      cidr: "10.0.0.0/16",
      natGateways: "one-per-zone",
      architecture: "X86_64",
      registry: undefined,
      stateFolder: path.join(PROJECT_FOLDER, ".platform", "state"),
      keptRepositories: [],
      permissionsBoundary: undefined,
    },
    problems: [],
  });
});

test("AWS_REGION decides where PLATFORM_REGION does not", () => {
  expect(readConfig({ AWS_REGION: "eu-west-1" }).config.region).toBe("eu-west-1");
  const both = { AWS_REGION: "eu-west-1", PLATFORM_REGION: "eu-north-1" };
  expect(readConfig(both).config.region).toBe("eu-north-1");
});

test("repositories of services that have left are kept by name", () => {
  const { config } = readConfig({ PLATFORM_KEPT_REPOSITORIES: "orders,billing" });
  expect(config.keptRepositories).toEqual(["orders", "billing"]);
});

test.each([
  ["PLATFORM_REGION", "us-esat-1", "one of us-east-1"],
  ["PLATFORM_SUFFIX", "Feature_X", "1 to 12 lower-case letters"],
  ["PLATFORM_SUFFIX", "a-very-long-suffix", "1 to 12 lower-case letters"],
  ["PLATFORM_SUFFIX", "dev-", "1 to 12 lower-case letters"],
  ["PLATFORM_NAME", "1st", "1 to 16 lower-case letters"],
  ["PLATFORM_NAME", "internal-tools", "not with internal-, sg- or aws-"],
  ["PLATFORM_PERMISSIONS_BOUNDARY", "task-boundary", "the ARN of an IAM policy"],
  ["PLATFORM_AVAILABILITY_ZONES", "1", "2, 3 or 4"],
  ["PLATFORM_CIDR", "10.0.0.0/24", "a private /16 such as 10.1.0.0/16"],
  ["PLATFORM_CIDR", "10.300.0.0/16", "a private /16 such as 10.1.0.0/16"],
  ["PLATFORM_NAT_GATEWAYS", "none", "one-per-zone or shared"],
  ["PLATFORM_ARCHITECTURE", "amd64", "X86_64 or ARM64"],
  ["PLATFORM_REGISTRY", "127.0.0.1:4566", "http(s)://host:port"],
  ["PLATFORM_KEPT_REPOSITORIES", "orders, billing", "separated by commas"],
])("%s=%s is refused with the value and the rule", (variable, value, rule) => {
  const { problems } = readConfig({ [variable]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`${variable} is "${value}"; it must be`);
  expect(problems[0]).toContain(rule);
});

test("a mistyped variable is refused, not ignored", () => {
  const { problems } = readConfig({ PLATFORM_SUFIX: "prod" });
  expect(problems).toEqual([expect.stringContaining("PLATFORM_SUFIX is not a setting")]);
});

test("all mistakes are reported at once", () => {
  const env = { PLATFORM_REGION: "mars-1", PLATFORM_SUFFIX: "X", PLATFORM_CIDR: "0.0.0.0/0" };
  expect(readConfig(env).problems).toHaveLength(3);
});
