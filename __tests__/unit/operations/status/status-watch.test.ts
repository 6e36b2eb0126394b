import { expect, test } from "vitest";
import type { StatusEntry } from "../../../../operations/status/entry";
import { changesPrinter, watchStatus } from "../../../../operations/status/status-watch";

const job = (lastRun: string): StatusEntry => {
  return { name: "nightly", kind: "job", deployed: true, well: true, queues: [], lastRun };
};

/** Watches these readings, each an answer or an error, until there is none left. */
async function watched(...readings: readonly (readonly StatusEntry[] | Error)[]) {
  const stop = new AbortController();
  const left = [...readings];
  const lines: string[] = [];
  const failures: unknown[] = [];
  await watchStatus({
    read: () => {
      const next = left.shift() ?? [];
      return next instanceof Error ? Promise.reject(next) : Promise.resolve([...next]);
    },
    draw: changesPrinter(
      (line) => void lines.push(line),
      () => new Date("2026-12-01T10:00:00Z"),
    ),
    failed: (error) => void failures.push(error),
    pause: () => {
      if (left.length === 0) stop.abort();
      return Promise.resolve();
    },
    signal: stop.signal,
  });
  return { lines, failures };
}

test("without a terminal, a line is printed only when something has changed", async () => {
  const { lines } = await watched([job("failed")], [job("failed")], [job("succeeded")]);
  expect(lines).toEqual([
    "2026-12-01T10:00:00Z nightly: a job; its last run failed",
    "2026-12-01T10:00:00Z nightly: a job; its last run succeeded",
  ]);
});

test("a request that fails later is tried again; the first must succeed", async () => {
  const throttled = new Error("Rate exceeded");
  const { lines, failures } = await watched([job("failed")], throttled, [job("succeeded")]);
  expect(lines).toHaveLength(2);
  expect(failures).toEqual([throttled]);
  await expect(watched(throttled)).rejects.toThrow("Rate exceeded");
});
