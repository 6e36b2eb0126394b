import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Comes back when the condition holds. The limit is for what never happens, on any machine. */
export async function eventually(condition: () => boolean, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "it does not happen in time");
    await sleep(20);
  }
}
