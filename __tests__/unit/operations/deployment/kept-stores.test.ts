import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, test, vi } from "vitest";
import {
  createStoreClients,
  requireEmptyStores,
} from "../../../../operations/deployment/kept-stores";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const PROTECTED = { protected: true, plainHttp: true } as const;
const QUEUE = "https://sqs/1/platform-exports-queue-dev";
const DEAD_LETTERS = "https://sqs/1/platform-exports-dead-letters-dev";
const BUCKET = "platform-uploads-1-use1-dev";
const deployed = {
  "queue-urls": { exports: [QUEUE, DEAD_LETTERS] },
  "bucket-names": { uploads: BUCKET },
};
const kept = {
  orders: { ...fixture.orders, receives: ["exports"], stores: ["uploads"] },
};
const nothing = () => ({});

/** Judges a deployment of these services where the deployed queue and bucket contain this. */
async function judge(
  services: Parameters<typeof requireEmptyStores>[1]["services"],
  {
    messages = nothing,
    versions = nothing,
    outputs = deployed,
    settings = PROTECTED,
  }: {
    messages?: (url: string) => Record<string, string>;
    versions?: () => object;
    outputs?: Record<string, unknown>;
    settings?: object;
  } = {},
): Promise<{ message: string; fix?: string } | undefined> {
  const { config } = readConfig({}, environmentsWith(settings));
  const clientSettings = { region: "us-east-1" };
  const clients = createStoreClients(clientSettings, config);
  vi.spyOn(clients.sqs, "send").mockImplementation((command: unknown) => {
    expect(command).toBeInstanceOf(GetQueueAttributesCommand);
    const { input } = command as GetQueueAttributesCommand;
    const all = Object.entries(messages(String(input.QueueUrl)));
    const asked = all.filter(([name]) => (input.AttributeNames as string[]).includes(name));
    return { Attributes: Object.fromEntries(asked) };
  });
  vi.spyOn(clients.s3, "send").mockImplementation((command: unknown) => {
    expect(command).toBeInstanceOf(ListObjectVersionsCommand);
    expect(command).toHaveProperty("input", { Bucket: BUCKET, MaxKeys: 1 });
    return versions();
  });
  try {
    await requireEmptyStores(outputs, { config, services, clientSettings }, clients);
    return undefined;
  } catch (error) {
    return error as { message: string; fix?: string };
  }
}

const full = {
  messages: () => ({ ApproximateNumberOfMessages: "1" }),
  versions: () => ({ Versions: [{ Key: "a" }] }),
};

test("a protected environment may lose an empty queue and an empty bucket", async () => {
  const messages = () => ({ ApproximateNumberOfMessages: "0" });
  expect(await judge(fixture, { messages })).toBeUndefined();
});

test("a change that takes the protection off is told to do that first, and alone", async () => {
  expect(await judge(fixture, { ...full, settings: {} })).toMatchObject({
    message: expect.stringMatching(/^AWS still protects dev, and the queue exports would/),
    fix: expect.stringMatching(
      /\nTo lose these with what they contain, first deploy protected: false without this change\.$/,
    ),
  });
  expect((await judge(fixture, full))?.fix).not.toContain("first deploy protected");
});

test("a queue and a bucket that stay, and those of a first deployment, are not looked at", async () => {
  expect(await judge(kept, full)).toBeUndefined();
  expect(await judge(fixture, { ...full, outputs: {} })).toBeUndefined();
});

test("an empty queue is kept while what is deployed sends to it", async () => {
  const outputs = { ...deployed, "queue-senders": { exports: ["orders"] } };
  expect(await judge(fixture, { outputs })).toMatchObject({
    message:
      "dev is protected, and the queue exports would be deleted while orders still sends to it. Nothing was changed.",
    fix: expect.stringContaining('Remove sends: ["exports"] first, deploy'),
  });
  expect(await judge(kept, { outputs })).toBeUndefined();
  const both = { ...deployed, "queue-senders": { exports: ["orders", "ready", "web"] } };
  expect((await judge(fixture, { outputs: both }))?.message).toContain(
    "while orders, ready, and web still send to it",
  );
  const idle = { ...deployed, "queue-senders": { exports: [] } };
  expect(await judge(fixture, { outputs: idle })).toBeUndefined();
});

test.each([
  ["waits", QUEUE, "ApproximateNumberOfMessages"],
  ["is worked on", QUEUE, "ApproximateNumberOfMessagesNotVisible"],
  ["is delayed", QUEUE, "ApproximateNumberOfMessagesDelayed"],
  ["is among the dead letters", DEAD_LETTERS, "ApproximateNumberOfMessages"],
])("a queue is kept while a message %s", async (_, url, attribute) => {
  const messages = (asked: string): Record<string, string> =>
    asked === url ? { [attribute]: "2" } : {};
  const refusal = await judge(fixture, { messages });
  expect(refusal?.message).toBe(
    "dev is protected, and the queue exports would be deleted with 2 messages, because no service receives it any more. Nothing was changed.",
  );
  expect(refusal?.fix).toContain('Remove sends: ["exports"] first');
  expect(refusal?.fix).toContain(
    `aws sqs purge-queue --queue-url ${QUEUE} && aws sqs purge-queue --queue-url ${DEAD_LETTERS}`,
  );
});

test.each([
  ["an object", { Versions: [{ Key: "a" }] }],
  ["the marker of a deleted one", { DeleteMarkers: [{ Key: "a" }] }],
])("a bucket is kept while it contains %s", async (_, found) => {
  const refusal = await judge(fixture, { versions: () => found });
  expect(refusal?.message).toBe(
    "dev is protected, and the bucket uploads would be deleted with its objects, because no service stores in it any more. Nothing was changed.",
  );
  expect(refusal?.fix).toContain("leave uploads in stores of one service");
  expect(refusal?.fix).toContain(`aws s3 rm s3://${BUCKET} --recursive`);
});

test("all that would be lost is named together", async () => {
  const refusal = await judge(fixture, full);
  expect(refusal?.message).toMatch(/queue exports .*with 2 messages.*\n.*bucket uploads/);
  expect(refusal?.fix).toMatch(/purge-queue.*\n.*aws s3 rm/);
});

test("a queue or a bucket that somebody has deleted is not lost", async () => {
  const gone = {
    messages: () => {
      throw awsError("QueueDoesNotExist");
    },
    versions: () => {
      throw awsError("NoSuchBucket");
    },
  };
  expect(await judge(fixture, gone)).toBeUndefined();
});

test("a deployment does not guess: what AWS does not let it read is not called empty", async () => {
  const versions = () => {
    throw awsError("AccessDenied");
  };
  const failure = await judge(fixture, { versions });
  expect(failure?.message).toMatch(
    /^whether what dev would lose is empty could not be read: AccessD/,
  );
  expect(failure?.message).toContain("allow the caller sqs:GetQueueAttributes and s3:ListBucketV");
});
