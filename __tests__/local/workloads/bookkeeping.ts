import { randomUUID } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { client } from "../e2e/support/local-aws";
import { SUFFIX } from "../e2e/support/checkout";

const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
const s3 = new S3Client({ ...client, forcePathStyle: true });

/** The most messages of one request to SQS. */
const BATCH = 10;

/** The day on which the transactions of `transaction` are booked. */
export const DAY = "2026-12-01";

/** A transaction as transaction-processor would send it. */
export function transaction(index: number) {
  return {
    schemaVersion: 1,
    id: randomUUID(),
    accountId: randomUUID(),
    amount: String(index + 1),
    currency: "EUR",
    merchantCategory: "5411",
    country: "DE",
    status: (["approved", "review", "declined"] as const)[index % 3] ?? "approved",
    decidedAt: `${DAY}T12:00:00.000Z`,
  };
}

/** The queue `exports` and its dead letters. */
export class Queue {
  private constructor(
    private readonly url: string,
    private readonly deadLetters: string,
  ) {}

  static async open(): Promise<Queue> {
    const urlOf = async (queue: string) => {
      const QueueName = `platform-${queue}-${SUFFIX}`;
      const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      return QueueUrl;
    };
    return new Queue(await urlOf("exports-queue"), await urlOf("exports-dead-letters"));
  }

  /** Sends all texts, ten in a request and four requests at a time. */
  async send(texts: readonly string[]): Promise<void> {
    const left = batches(texts).values();
    const sender = async () => {
      for (const batch of left) {
        const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: this.url, Entries }));
        if (sent.Failed?.length) throw new Error(JSON.stringify(sent.Failed));
      }
    };
    await Promise.all(Array.from({ length: 4 }, sender));
  }

  /** How many messages wait or are in a task's hands. */
  async backlog(): Promise<number> {
    const { waiting, received } = await counts(this.url);
    return waiting + received;
  }

  /** How many dead letters there are: what an alarm of CloudWatch looks at. */
  async dead(): Promise<number> {
    return (await counts(this.deadLetters)).waiting;
  }

  async oneDeadLetter(): Promise<string | undefined> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: this.deadLetters, VisibilityTimeout: 0 }),
    );
    return Messages[0]?.Body;
  }

  /** Deletes all dead letters. */
  async forgetDeadLetters(): Promise<void> {
    await sqs.send(new PurgeQueueCommand({ QueueUrl: this.deadLetters }));
  }
}

/** All objects of the bucket `statements` for the day, by key. */
export async function exported(): Promise<string[]> {
  const keys: string[] = [];
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket: await bucket(), Prefix: `exports/${DAY}/` },
  );
  for await (const { Contents = [] } of pages)
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  return keys;
}

/** The text of an object of the bucket. */
export async function read(key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: await bucket(), Key: key }));
  return (await Body?.transformToString()) ?? "";
}

/** Puts an object into the bucket. */
export async function write(key: string, text: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: await bucket(), Key: key, Body: text }));
}

/** Deletes an object of the bucket. */
export async function remove(key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: await bucket(), Key: key }));
}

async function bucket(): Promise<string> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const found = Buckets.find(({ Name }) => Name?.startsWith("platform-statements-"))?.Name;
  if (found === undefined) throw new Error("there is no bucket for statements");
  return found;
}

async function counts(QueueUrl: string): Promise<{ waiting: number; received: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    received: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

function batches<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) =>
    all.slice(index * BATCH, (index + 1) * BATCH),
  );
}
