import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followExports } from "../../../../local/verification/exports";
import { JourneyError } from "../../../../local/verification/journey";

const DAY = "2026-12-01";
const TRANSACTIONS = ["a", "b"].map((id) => ({ id, decidedAt: `${DAY}T23:59:59.999Z` }));

/** Objects by key. */
let bucket: Map<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  bucket = new Map();
});
afterEach(() => {
  vi.useRealTimers();
});

const s3 = new S3Client({ region: "eu-central-1" });
s3.send = ((command: unknown) => {
  if (!(command instanceof GetObjectCommand)) {
    const keys = [...bucket.keys()].filter((key) => key.startsWith("exports/"));
    return Promise.resolve({ Contents: keys.map((Key) => ({ Key })) });
  }
  const text = bucket.get(command.input.Key ?? "");
  return text === undefined
    ? Promise.reject(new NoSuchKey({ message: "no such key", $metadata: {} }))
    : Promise.resolve({ Body: { transformToString: () => Promise.resolve(text) } });
}) as never;

function exported(id: string) {
  bucket.set(`exports/${DAY}/${id}.json`, "{}");
}

/** The job, as it should be, unless it counts another number of objects or fails. */
function follow({ counted = bucket.size, exitCode = 0 } = {}) {
  const runTotals = vi.fn(() => {
    bucket.set(`totals/${DAY}.json`, JSON.stringify({ objects: counted }));
    return Promise.resolve(exitCode);
  });
  return followExports(TRANSACTIONS, { s3, bucket: "statements-1", runTotals });
}

test("exported transactions that the day's totals count are well", async () => {
  exported("a");
  exported("b");
  await expect(follow()).resolves.toBeUndefined();
});

test("a transaction may take its time from the outbox to the bucket", async () => {
  exported("a");
  const followed = follow({ counted: 2 });
  await vi.advanceTimersByTimeAsync(20_000);
  exported("b");
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(followed).resolves.toBeUndefined();
});

test("one that never gets there is named", async () => {
  exported("a");
  const followed = expect(follow()).rejects.toThrow(
    new JourneyError(`exports/${DAY}/b.json did not reach the bucket statements-1 within 60 s`),
  );
  await vi.advanceTimersByTimeAsync(61_000);
  await followed;
});

test("totals that lack one of those exported earlier that day are wrong", async () => {
  for (const id of ["a", "b", "earlier"]) exported(id);
  await expect(follow({ counted: 2 })).rejects.toThrow(
    `totals/${DAY}.json counts 2 of the 3 transactions that were exported before`,
  );
});

test("a job that fails is told with its exit code", async () => {
  exported("a");
  exported("b");
  await expect(follow({ exitCode: 3 })).rejects.toThrow("a run of daily-totals exited with 3");
});
