import { keyOf, prefixOf } from "./export-key.js";
import { NotUnderstood, readExport } from "./export-message.js";
import type { StatementBucket } from "./statement-bucket.js";
import { Sums, type Totals } from "./totals.js";

/** Objects that are read at a time. */
const CONCURRENCY = 20;

/** An object that is no transaction of the day. The message names it, and says why. */
export class UnreadableObject extends Error {}

type Bucket = Pick<StatementBucket, "keys" | "read" | "write">;

/** Where a day's totals are. */
export function totalsKey(day: string): string {
  return `totals/${day}.json`;
}

/**
 * Adds up the transactions that were exported for a day, and writes their totals. An object that
 * cannot be read fails it before anything is written: totals that lack a transaction are wrong.
 * Repeated, it writes the same, or what has been exported since as well.
 */
export async function addUp(bucket: Bucket, day: string): Promise<Totals> {
  const sums = new Sums();
  for await (const keys of bucket.keys(prefixOf(day))) await addPage(bucket, keys, sums);
  const totals = sums.of(day);
  await bucket.write(totalsKey(day), `${JSON.stringify(totals, undefined, 2)}\n`);
  return totals;
}

/** So many readers at once take one key after the other. */
async function addPage(bucket: Bucket, keys: readonly string[], sums: Sums): Promise<void> {
  const left = keys.values();
  const reader = async () => {
    for (const key of left) await addObject(bucket, key, sums);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, reader));
}

async function addObject(bucket: Bucket, key: string, sums: Sums): Promise<void> {
  const text = await bucket.read(key).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableObject(`${key} cannot be read: ${reason}`, { cause: error });
  });
  try {
    const transaction = readExport(text);
    if (keyOf(transaction) !== key) throw new NotUnderstood("it is of another transaction or day");
    sums.add(transaction);
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    throw new UnreadableObject(`${key} is no export: ${error.message}`);
  }
}
