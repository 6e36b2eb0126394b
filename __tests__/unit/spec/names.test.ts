import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundaryName } from "../../../setup/aws/permissions/task-roles";
import { catalogueProblems } from "../../../spec/service/problems";
import { stateKey, workspaceName } from "../../../stacks/options/backend";
import {
  databaseSecretName,
  insightsLogGroup,
  logGroupPrefix,
  namespaceName,
  probeName,
  registryHost,
  repositoryName,
  resourceName,
  roleName,
  targetGroupName,
  targetGroupPattern,
} from "../../../spec/names";
import { REGIONS } from "../../../spec/regions";
import { BUCKET_LETTERS, bucketName } from "../../../spec/service/buckets";
import { QUEUE_LETTERS, deadLettersName, queueName } from "../../../spec/service/queues";
import { logBucketName } from "../../../spec/log-names";
import { readConfig } from "../../../project";
import { type Parts, areAllowed, pairs, words } from "../../support/name-parts";
import { fixture } from "../../support/services";

const service = "s".repeat(24);
const ACCOUNT = "123456789012";

/** An environment whose name and suffix have the maximum length. */
function longest(region: string, suffix: string) {
  const config = { name: "a".repeat(16), suffix, region, cidr: "10.0.0.0/16" };
  expect(areAllowed({ ...config, service })).toBe(true);
  return config;
}

describe.each(REGIONS)("in %s", (region) => {
  test.each<[string, (config: ReturnType<typeof longest>) => string, number]>([
    ["an IAM role for ECS", (config) => roleName(config, service, "ecs"), 64],
    ["an application's IAM role", (config) => roleName(config, service, "app"), 64],
    [
      "an IAM permissions boundary",
      (config) => boundaryName({ ...config, github: config.suffix }),
      128,
    ],
    ["a load balancer", (config) => resourceName(config), 32],
    ["a target group", (config) => targetGroupName(config, service), 32],
    ["an RDS instance", (config) => resourceName(config, "writer"), 63],
    ["an ECR repository", (config) => repositoryName(config, service), 256],
    ["a queue", (config) => queueName(config, "q".repeat(QUEUE_LETTERS)), 80],
    ["dead letters", (config) => deadLettersName(config, "q".repeat(QUEUE_LETTERS)), 80],
    ["a bucket", (config) => bucketName(config, "b".repeat(BUCKET_LETTERS), ACCOUNT), 63],
    ["an HCP Terraform workspace", (config) => workspaceName(config, "platform"), 90],
  ])("the longest name of %s is within its limit", (_, nameOf, limit) => {
    for (const suffix of ["p".repeat(12), "pr-zzz-9zzzz"]) {
      expect(nameOf(longest(region, suffix)).length).toBeLessThanOrEqual(limit);
    }
  });
});

const dev = { name: "platform", suffix: "dev", region: "us-east-1", cidr: "10.0.0.0/16" };

test("a name begins with the platform and ends with the environment, with hyphens between all parts", () => {
  expect(resourceName(dev, "flask-api")).toBe("platform-flask-api-dev");
  expect(probeName(dev, "flask-api")).toBe("platform-flask-api-probe-use1-dev");
  expect(databaseSecretName(dev, "order_archive")).toBe("platform-order-archive-database-dev");
});

test.each([
  ["dev", "flask-api", "flask-api-6e11ff-dev"],
  ["pr-zzz-9zzzz", "transaction-processor", "transaction-a9378a-pr-zzz-9zzzz"],
])("in %s the target group of %s has as much of its name as fits", (suffix, service, expected) => {
  expect(targetGroupName({ ...dev, suffix }, service)).toBe(expected);
  expect(targetGroupPattern({ ...dev, suffix })).toBe(`*-??????-${suffix}`);
});

test("an account has one registry in each region", () => {
  expect(registryHost("123456789012", "eu-west-1")).toBe(
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
  );
});

test("target groups of services with the same prefix have different names", () => {
  const config = readConfig({ PLATFORM_SUFFIX: "pr-zzz-9zzzz" }).config;
  const names = ["transaction-processor", "transaction-archive"].map((name) =>
    targetGroupName(config, name),
  );
  expect(new Set(names).size).toBe(2);
});

test("a name splits into platform, service and environment in only one way", () => {
  fc.assert(
    fc.property(words, (text) => {
      const readings = [];
      for (let first = 1; first < text.length - 1; first++) {
        for (let last = first + 1; last < text.length; last++) {
          const [name, service, suffix] = [
            text.slice(0, first).join("-"),
            text.slice(first, last).join("-"),
            text.slice(last).join("-"),
          ];
          if (areAllowed({ name, service, suffix })) readings.push([name, service, suffix]);
        }
      }
      return readings.length < 2;
    }),
    { numRuns: 20_000 },
  );
});

/** Each kind of name, with everything that it must distinguish. */
const KINDS: readonly (readonly [string, (of: Parts) => string, readonly (keyof Parts)[]])[] = [
  ["an environment", (of) => resourceName(of), ["name", "suffix"]],
  ["a namespace", (of) => namespaceName(of), ["name", "suffix"]],
  ["a log group", (of) => logGroupPrefix(of) + of.service, ["name", "service", "suffix"]],
  ["a Container Insights log group", (of) => insightsLogGroup(of), ["name", "suffix"]],
  ["a repository", (of) => repositoryName(of, of.service), ["name", "service", "suffix"]],
  ["an ECS service", (of) => resourceName(of, of.service), ["name", "service", "suffix"]],
  ["a secret", (of) => databaseSecretName(of, of.service), ["name", "service", "suffix"]],
  ["a target group", (of) => targetGroupName(of, of.service), ["name", "service", "suffix"]],
  ["a boundary", (of) => boundaryName({ ...of, github: of.suffix }), ["name", "suffix"]],
  ["a role", (of) => roleName(of, of.service, "ecs"), ["name", "service", "suffix", "region"]],
  ["a probe", (of) => probeName(of, of.service), ["name", "service", "suffix", "region"]],
  ["a queue", (of) => queueName(of, of.service), ["name", "service", "suffix"]],
  ["dead letters", (of) => deadLettersName(of, of.service), ["name", "service", "suffix"]],
  [
    "a bucket",
    (of) => bucketName(of, of.service, ACCOUNT),
    ["name", "service", "suffix", "region"],
  ],
  ["a workspace", (of) => workspaceName(of, "images"), ["name", "suffix", "region"]],
  ["a state", (of) => stateKey(of, "images"), ["name", "suffix", "region"]],
];

test.each(KINDS)("the name of %s is unique", (_, nameOf, identity) => {
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      const same = identity.every((part) => one[part] === other[part]);
      return (nameOf(one) === nameOf(other)) === same;
    }),
    { numRuns: 3_000 },
  );
});

test("a task's two roles, and the roles of two services, have different names", () => {
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      expect(roleName(one, one.service, "ecs")).not.toBe(roleName(other, other.service, "app"));
    }),
  );
});

test("a queue and the dead letters of another, a bucket and the one with the logs have different names", () => {
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      expect(queueName(one, one.service)).not.toBe(deadLettersName(other, other.service));
      // No bucket of the catalogue is called logs.
      expect(bucketName(one, one.service, ACCOUNT)).not.toBe(logBucketName(other, ACCOUNT));
    }),
  );
});

test("a service name that contains the word pr is refused, with the reason", () => {
  const problems = catalogueProblems({ "web-pr-api": fixture.web });
  expect(problems).toContainEqual(
    `services: the name "web-pr-api" contains the word pr, which marks a preview's suffix in resource names; use another word`,
  );
});
