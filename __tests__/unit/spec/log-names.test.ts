import { expect, test } from "vitest";
import { databaseLogGroup, logBucketName } from "../../../spec/log-names";

const config = { name: "platform", suffix: "dev", region: "us-east-1" };

test("the database's log group has the name that RDS writes to", () => {
  expect(databaseLogGroup(config)).toBe("/aws/rds/cluster/platform-dev/postgresql");
});

test("the log bucket's name is unique in AWS, and its longest is within S3's limit", () => {
  expect(logBucketName(config, "123456789012")).toBe("platform-logs-123456789012-use1-dev");
  const longest = { name: "a".repeat(16), suffix: "pr-zzz-9zzzz", region: "ap-northeast-1" };
  expect(logBucketName(longest, "123456789012").length).toBeLessThanOrEqual(63);
});
