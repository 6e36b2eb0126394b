import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, type S3Client, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { hasName } from "../../operations/target/aws-error";
import { record } from "../../operations/terraform/terraform-events";
import { type DecidedTransaction, JourneyError } from "./journey";

/** The job that adds up what was exported. */
export const TOTALS = "daily-totals";

/** The services that an export passes; without any one of them nothing is exported. */
export const EXPORT_SERVICES = ["transaction-processor", "transaction-export", TOTALS];

/** The bucket in which transaction-export and daily-totals write. */
export const STATEMENTS = "statements";

/** Seconds from the decision about a transaction to its object: the outbox and the queue are polled. */
const EXPORT_LIMIT_SECONDS = 60;

/** The bucket, and one run of the job that adds up what is in it. */
export interface Bookkeeping {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Runs daily-totals to its end, and gives its exit code. */
  readonly runTotals: () => Promise<number>;
}

/**
 * Follows transactions on their way to bookkeeping: each becomes an object in the bucket, through queue
 * and worker, and a run of the job counts them all. Part of `npx platform verify`.
 *
 * @throws JourneyError
 */
export async function followExports(
  transactions: readonly DecidedTransaction[],
  bookkeeping: Bookkeeping,
): Promise<void> {
  await untilExported(transactions.map(exportKey), bookkeeping);
  const days = [...new Set(transactions.map(dayOf))];
  const exported = await Promise.all(
    days.map(async (day) => ({ day, least: await countOf(day, bookkeeping) })),
  );
  const exitCode = await bookkeeping.runTotals();
  if (exitCode !== 0) throw new JourneyError(`a run of daily-totals exited with ${exitCode}`);
  for (const { day, least } of exported) {
    const { objects } = record(JSON.parse((await read(`totals/${day}.json`, bookkeeping)) ?? "{}"));
    if (typeof objects !== "number" || objects < least) {
      const counted = typeof objects === "number" ? String(objects) : "none";
      throw new JourneyError(
        `totals/${day}.json counts ${counted} of the ${least} transactions that were exported before`,
      );
    }
  }
}

async function untilExported(keys: readonly string[], bookkeeping: Bookkeeping): Promise<void> {
  const end = performance.now() + EXPORT_LIMIT_SECONDS * 1000;
  for (;;) {
    const texts = await Promise.all(keys.map((key) => read(key, bookkeeping)));
    const missing = keys.filter((_, index) => texts[index] === undefined);
    if (missing.length === 0) return;
    if (performance.now() > end) {
      throw new JourneyError(
        `${missing.join(" and ")} did not reach the bucket ${bookkeeping.bucket} within ${EXPORT_LIMIT_SECONDS} s`,
      );
    }
    await sleep(500);
  }
}

/** How many transactions of a day are exported. */
async function countOf(day: string, { s3: client, bucket }: Bookkeeping): Promise<number> {
  let count = 0;
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix(day) });
  for await (const { Contents = [] } of pages) count += Contents.length;
  return count;
}

async function read(key: string, { s3, bucket }: Bookkeeping): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (hasName(error, "NoSuchKey")) return undefined;
    throw error;
  }
}

function exportKey(transaction: DecidedTransaction): string {
  return `${prefix(dayOf(transaction))}${transaction.id}.json`;
}

function prefix(day: string): string {
  return `exports/${day}/`;
}

function dayOf({ decidedAt }: DecidedTransaction): string {
  return decidedAt.slice(0, 10);
}
