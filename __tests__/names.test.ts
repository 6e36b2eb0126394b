import { repositoryName, resourceName, targetGroupName } from "../stacks/names";
import { readConfig } from "../stacks/config";

const longest = readConfig({
  PLATFORM_NAME: "a".repeat(16),
  PLATFORM_SUFFIX: "pr-zzzzzzzzz",
}).config;
const service = "s".repeat(24);

test.each([
  ["an IAM role", resourceName(longest, service, "execution"), 64],
  ["a load balancer", resourceName(longest), 32],
  ["a target group", targetGroupName(longest, service), 32],
  ["an RDS instance", resourceName(longest, "writer"), 63],
  ["an ECR repository", repositoryName(longest, service), 256],
])("the longest name of %s is within AWS's limit", (_, name, limit) => {
  expect(name.length).toBeLessThanOrEqual(limit);
});

test("target groups of services that begin alike have different names", () => {
  const config = readConfig({ PLATFORM_SUFFIX: "pr-zzzzzzzzz" }).config;
  const names = ["transaction-processor", "transaction-archive"].map((name) =>
    targetGroupName(config, name),
  );
  expect(new Set(names).size).toBe(2);
});
