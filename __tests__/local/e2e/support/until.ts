import { setTimeout as sleep } from "node:timers/promises";

/** Asks each second until a condition holds, at most for `limit` seconds; the failure shows the condition. */
export async function until(limit: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + limit * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${limit} s: ${holds.toString()}`);
    await sleep(1000);
  }
}
