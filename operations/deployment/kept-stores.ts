import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Config } from "../../spec/config";
import { hasName, wordsOf } from "../target/aws-error";
import type { ClientSettings } from "../target/clients";
import type { Target } from "../target/target";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import { protectionOf, withoutProtection } from "./protection";
import { type LostBucket, type LostQueue, lostBuckets, lostQueues } from "./lost-stores";

/** Clients for what queues and buckets contain. */
export interface StoreClients {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
}

export function createStoreClients(settings: ClientSettings, config: Config): StoreClients {
  return {
    sqs: new SQSClient(settings),
    // The local AWS has no name for each bucket.
    s3: new S3Client({ ...settings, forcePathStyle: config.registry !== undefined }),
  };
}

/**
 * Refuses to delete a queue with messages, or to which what is deployed still sends, and a bucket with
 * objects. Empty ones may go. S3 itself refuses a bucket as well.
 *
 * @param outputs the current outputs of the `platform` stack; empty before its first deployment
 * @throws Refusal that names each, and how to empty it; Failure if AWS cannot be asked
 */
export async function requireEmptyStores(
  outputs: Readonly<Record<string, unknown>>,
  { config, services, clientSettings }: Pick<Target, "config" | "services" | "clientSettings">,
  { sqs, s3 } = createStoreClients(clientSettings, config),
): Promise<void> {
  const [queues, buckets] = await Promise.all([
    Promise.all(lostQueues(outputs, services).map((queue) => queueProblem(sqs, queue))),
    Promise.all(lostBuckets(outputs, services).map((bucket) => bucketProblem(s3, bucket))),
  ]).catch((error: unknown) => {
    throw new Failure([
      `whether what ${config.suffix} would lose is empty could not be read: ${wordsOf(error)}`,
      "→ allow the caller sqs:GetQueueAttributes and s3:ListBucketVersions; nothing was changed",
    ]);
  });
  const problems = [...queues, ...buckets].filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  throw new Refusal(
    problems
      .map(({ lost }) => `${protectionOf(config)}, and ${lost}. Nothing was changed.`)
      .join("\n"),
    [
      ...problems.map(({ fix }) => fix),
      ...(config.protected
        ? []
        : [`To lose these with what they contain, ${withoutProtection(config)}.`]),
    ].join("\n"),
  );
}

interface Problem {
  readonly lost: string;
  readonly fix: string;
}

async function queueProblem(
  sqs: SQSClient,
  { name, urls, senders }: LostQueue,
): Promise<Problem | undefined> {
  // It sends until ECS has replaced its tasks, long after the messages were counted.
  if (senders.length > 0) {
    return {
      lost: `the queue ${name} would be deleted while ${listed(senders)} still ${senders.length === 1 ? "sends" : "send"} to it`,
      fix: `Remove sends: ["${name}"] first, deploy, and let the receiver finish; then remove the queue.`,
    };
  }
  const counts = await Promise.all(urls.map((url) => messagesIn(sqs, url)));
  const messages = counts.reduce((sum, count) => sum + count, 0);
  if (messages === 0) return undefined;
  const purge = urls.map((url) => `aws sqs purge-queue --queue-url ${url}`).join(" && ");
  return {
    lost: `the queue ${name} would be deleted with ${messages} ${messages === 1 ? "message" : "messages"}, because no service receives it any more`,
    fix: `Remove sends: ["${name}"] first, deploy, and let the receiver finish; docs/queues-and-buckets.md says how to look at dead letters and send them again. To drop the messages of ${name} on purpose: ${purge}`,
  };
}

const listed = (names: readonly string[]) =>
  new Intl.ListFormat("en", { type: "conjunction" }).format(names);

/** Waiting, worked on and delayed. SQS counts within a minute. */
async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  try {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  } catch (error) {
    if (hasName(error, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")) return 0;
    throw error;
  }
}

async function bucketProblem(
  s3: S3Client,
  { name, bucket }: LostBucket,
): Promise<Problem | undefined> {
  if (await isEmpty(s3, bucket)) return undefined;
  return {
    lost: `the bucket ${name} would be deleted with its objects, because no service stores in it any more`,
    fix: `To keep it, leave ${name} in stores of one service. To delete it on purpose, copy what you need and empty it: aws s3 rm s3://${bucket} --recursive, or Empty in S3's console, which takes older versions too.`,
  };
}

/** Without an object, an older version and a marker of a deleted one: S3 deletes no bucket with any. */
async function isEmpty(s3: S3Client, Bucket: string): Promise<boolean> {
  try {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 }),
    );
    return Versions.length + DeleteMarkers.length === 0;
  } catch (error) {
    if (hasName(error, "NoSuchBucket")) return true;
    throw error;
  }
}
