import { expect, test } from "vitest";
import {
  secretMetadata,
  secretReading,
  secretRemoval,
  secretSetting,
} from "../../../setup/aws/permissions/service-secrets";
import { matches } from "../../support/iam";
import { dev, entries, grants } from "../../support/roles";
import { sdkCalls } from "../../support/sdk-calls";

test("people set secrets with exactly the calls of the command, of their environment alone", () => {
  const granted = secretSetting(dev).flatMap(({ actions }) => actions);
  const restart = ["service-update", "rollout-wait"].flatMap((file) =>
    sdkCalls(`operations/rollouts/${file}.ts`),
  );
  const called = [...new Set([...sdkCalls("operations/secrets"), ...restart])];
  expect([...new Set(granted)].sort()).toEqual(called.sort());
  const bound = secretSetting(dev).flatMap(({ resources }) => (resources === "*" ? [] : resources));
  expect([...new Set(bound)]).toEqual([
    "arn:aws:ssm:us-east-1:123456789012:parameter/platform-dev/*",
    "arn:aws:ecs:us-east-1:123456789012:service/platform-dev/*",
  ]);
});

test("no role of a pipeline can read a secret of a service, or set one", () => {
  const actions = grants
    .flatMap((grant) => grant.actions)
    .filter((each) => each.startsWith("ssm:"));
  expect([...new Set(actions)].sort()).toEqual(["ssm:DeleteParameters", "ssm:DescribeParameters"]);
  const readable = grants
    .filter(({ actions }) => actions.includes("secretsmanager:GetSecretValue"))
    .flatMap(({ resources }) => resources);
  for (const arn of dev.secretArns ?? []) {
    expect(readable.filter((each) => matches(each, arn))).toEqual([]);
  }
  // Who plans changes nothing.
  const planned = entries.flatMap(([, { read }]) => read.flatMap(({ actions }) => actions));
  expect(planned).not.toContain("ssm:DeleteParameters");
});

const OWN_PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/platform-dev/web/KEY";

test.each(["prod", "dev2", "preview"])("secrets of %s are refused to dev's roles", (other) => {
  const foreign = OWN_PARAMETER.replace("-dev/", `-${other}/`);
  const bound = [...secretRemoval(dev), ...secretReading(dev), ...secretSetting(dev)]
    .filter(({ resources }) => resources !== "*")
    .flatMap(({ resources }) => resources);
  expect(bound.some((each) => matches(each, OWN_PARAMETER))).toBe(true);
  expect(bound.filter((each) => matches(each, foreign))).toEqual([]);
});

test("a preview's roles read the secrets that all previews share, and remove none", () => {
  const preview = { ...dev, github: "preview", suffix: "pr-*" };
  expect(secretRemoval(preview)).toEqual([]);
  const read = secretReading(preview).flatMap(({ resources }) => resources);
  expect(read).toContain("arn:aws:ssm:us-east-1:123456789012:parameter/platform-preview/*");
});

test("a task may read what the catalogue names by its ARN, and a check may ask for its metadata", () => {
  const [secret, parameter] = dev.secretArns ?? [];
  expect(secretReading(dev)).toEqual([
    expect.objectContaining({ actions: ["ssm:GetParameters"] }),
    expect.objectContaining({ actions: ["ssm:GetParameters"], resources: [parameter] }),
    expect.objectContaining({ actions: ["secretsmanager:GetSecretValue"], resources: [secret] }),
  ]);
  expect(secretMetadata(dev)[1]).toMatchObject({
    actions: ["secretsmanager:DescribeSecret"],
    resources: [secret],
  });
  expect(secretReading({ ...dev, secretArns: [] })).toHaveLength(1);
});
