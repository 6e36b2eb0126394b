import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { createClients } from "../../../../operations/target/clients";

/** An AWS at a closed port of this machine: every request fails at once. */
const SETTINGS = {
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  region: "eu-west-1",
  endpoint: "http://127.0.0.1:1",
  maxAttempts: 1,
};

test("a client gives up a request that AWS does not answer", async () => {
  const { sts } = createClients(SETTINGS);
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow("127.0.0.1:1");
  expect(sts.config.requestHandler).toMatchObject({
    config: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
});
