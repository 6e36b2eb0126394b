import { ECRClient } from "@aws-sdk/client-ecr";
import { describe, expect, test } from "vitest";
import {
  hasRepository,
  parseExpiry,
  prolong,
  readExpiry,
} from "../../../../operations/environments/expiry";
import { Failure } from "../../../../operations/terminal/run";
import { answer, awsError } from "../../../support/preflight";

const ARN = "arn:aws:ecr:us-east-1:123456789012:repository/platform-pr-7/database-setup";
const PREVIEW = { name: "platform", suffix: "pr-7" };
const NOW = new Date("2026-11-24T06:00:00Z");

/** An ECR that has the preview's repository with some tags, and its recorded requests. */
function ecrWith(Tags: { Key: string; Value: string }[] | Error | undefined) {
  const client = new ECRClient({ region: "us-east-1" });
  const reply = { repositories: [{ repositoryArn: ARN }], tags: Tags };
  const send = answer(client, Tags instanceof Error ? Tags : reply);
  const asked = () =>
    send.mock.calls.map((call) => {
      const command = call[0] as { input: unknown };
      return [command.constructor.name, command.input];
    });
  return { client, asked };
}

test("a deployment sets a preview's lifetime from now, on the repository that is deleted last", async () => {
  const { client, asked } = ecrWith([]);
  const until = await prolong(client, { ...PREVIEW, lifetimeHours: 72 }, NOW);
  expect(until).toBe("2026-11-27T06:00:00Z");
  expect(asked()).toEqual([
    ["DescribeRepositoriesCommand", { repositoryNames: ["platform-pr-7/database-setup"] }],
    ["TagResourceCommand", { resourceArn: ARN, tags: [{ Key: "ExpiresAt", Value: until }] }],
  ]);
});

test("a preview without a lifetime loses its previous expiry", async () => {
  const { client, asked } = ecrWith([]);
  expect(await prolong(client, { ...PREVIEW, lifetimeHours: undefined }, NOW)).toBe("never");
  expect(asked()[1]).toEqual([
    "UntagResourceCommand",
    { resourceArn: ARN, tagKeys: ["ExpiresAt"] },
  ]);
});

test("a deployment that may not write the expiry fails, and names the permission to allow", async () => {
  const { client } = ecrWith(awsError("AccessDeniedException", "not you"));
  await expect(prolong(client, { ...PREVIEW, lifetimeHours: 72 }, NOW)).rejects.toThrow(
    new Failure([
      "the expiry of platform-pr-7 could not be set: AccessDeniedException: not you",
      "→ allow the caller ecr:DescribeRepositories, ecr:TagResource and ecr:UntagResource, and deploy again",
    ]),
  );
});

test("the expiry is read from ECR itself", async () => {
  const { client, asked } = ecrWith([
    { Key: "Project", Value: "platform" },
    { Key: "ExpiresAt", Value: "2026-11-27T06:00:00Z" },
  ]);
  expect(await readExpiry(client, PREVIEW)).toEqual(new Date("2026-11-27T06:00:00Z"));
  expect(asked()[1]).toEqual(["ListTagsForResourceCommand", { resourceArn: ARN }]);
});

test.each([
  ["has no such tag", []],
  ["has no tags", undefined],
  ["no longer exists", awsError("RepositoryNotFoundException")],
])("a preview whose repository %s never expires", async (_, tags) => {
  expect(await readExpiry(ecrWith(tags).client, PREVIEW)).toBeUndefined();
});

describe("an environment", () => {
  const ecrOf = (reply: unknown) => {
    const client = new ECRClient({ region: "us-east-1" });
    answer(client, reply);
    return client;
  };

  test("exists while it has the repository that is deleted last", async () => {
    const { client, asked } = ecrWith([]);
    expect(await hasRepository(client, PREVIEW)).toBe(true);
    expect(asked()).toEqual([
      ["DescribeRepositoriesCommand", { repositoryNames: ["platform-pr-7/database-setup"] }],
    ]);
  });

  test.each([
    ["does not find", awsError("RepositoryNotFoundException")],
    ["does not list", { repositories: [] }],
    ["says nothing of", {}],
  ])("whose repository ECR %s does not exist", async (_, reply) => {
    expect(await hasRepository(ecrOf(reply), PREVIEW)).toBe(false);
  });

  test("that may not be read is neither gone nor without an expiry", async () => {
    const ecr = ecrOf(awsError("AccessDeniedException", "not you"));
    await expect(hasRepository(ecr, PREVIEW)).rejects.toThrow("not you");
    await expect(readExpiry(ecr, PREVIEW)).rejects.toThrow("not you");
  });
});

test.each(["", "soon", "never"])("an expiry of %j does not count", (value) => {
  expect(parseExpiry(value)).toBeUndefined();
});
