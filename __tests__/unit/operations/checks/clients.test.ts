import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { createClients, createStateClient } from "../../../../operations/checks/clients";

/** An AWS at a closed port of this machine: every request fails at once. */
const SETTINGS = {
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  endpoint: "http://127.0.0.1:1",
  maxAttempts: 1,
};

/** Within a check's 15 seconds, three attempts can fail with AWS's own reason. */
const LIMITS = { connectionTimeout: 3_000, requestTimeout: 4_000, throwOnRequestTimeout: true };

test("all clients ask the environment's region, except the one that asks the home region", async () => {
  const { homeSts, ...regional } = createClients(SETTINGS, "eu-west-1");
  for (const client of Object.values(regional)) {
    expect(await client.config.region()).toBe("eu-west-1");
  }
  expect(await homeSts.config.region()).toBe("us-east-1");
});

test("a client uses the given credentials and endpoint, and gives up before its check does", async () => {
  const { sts } = createClients(SETTINGS, "eu-west-1");
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow("127.0.0.1:1");
  expect(sts.config.requestHandler).toMatchObject({ config: LIMITS });
  expect(await sts.config.credentials()).toMatchObject(SETTINGS.credentials);
});

test("the state bucket is asked in its own region, by path where S3 has no host per bucket", async () => {
  const state = { kind: "s3", bucket: "acme-states", kmsKey: undefined } as const;
  const client = createStateClient(SETTINGS, { ...state, region: "eu-west-2", pathStyle: true });
  const asked = client.send(new HeadBucketCommand({ Bucket: state.bucket }));
  await expect(asked).rejects.toThrow("127.0.0.1:1");
  expect(client.config.requestHandler).toMatchObject({ config: LIMITS });
  expect(await client.config.region()).toBe("eu-west-2");
  expect(client.config.forcePathStyle).toBe(true);
});
