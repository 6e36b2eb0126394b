import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { addUp } from "../src/add-up.js";
import { keyOf } from "../src/export-key.js";
import { writeExport } from "../src/export-message.js";
import { message } from "./support/message.js";

const DAY = "2026-11-29";

/** A bucket of a few objects, in pages of three. */
function bucketOf(objects: Map<string, string>) {
  return {
    async *keys(prefix: string) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      while (keys.length > 0) yield await Promise.resolve(keys.splice(0, 3));
    },
    read: (key: string) => Promise.resolve(objects.get(key) ?? assert.fail()),
    write: (key: string, text: string) => {
      objects.set(key, text);
      return Promise.resolve();
    },
  };
}

const transactions = fc.array(
  fc
    .record({
      id: fc.uuid(),
      // Of whose sums no number is exact.
      amount: fc.bigInt({ min: 9_999_999_999_000n, max: 9_999_999_999_999n }).map(String),
      currency: fc.constantFrom("EUR", "JPY", "USD"),
      status: fc.constantFrom("approved" as const, "review" as const, "declined" as const),
      decidedAt: fc.constantFrom(`${DAY}T00:00:00.000Z`, `${DAY}T23:59:59.999Z`),
    })
    .map(message),
  { maxLength: 2000, size: "large" },
);

describe("the totals of a day", () => {
  it("equal the sum of its transactions, of each once, whatever was written how often", async () => {
    await fc.assert(
      fc.asyncProperty(transactions, fc.array(fc.nat()), async (given, again) => {
        const objects = new Map<string, string>();
        const write = (index: number) => {
          const each = given[index % given.length];
          if (each) objects.set(keyOf(each), writeExport(each));
        };
        for (let index = 0; index < given.length; index++) write(index);
        for (const index of again) write(index);
        // Of the days beside it.
        for (const other of ["2026-11-28", "2026-11-30"]) {
          const each = message({ decidedAt: `${other}T00:00:00.000Z` });
          objects.set(keyOf(each), writeExport(each));
        }

        const { totals, objects: read } = await addUp(bucketOf(objects), DAY);

        assert.equal(read, given.length);
        for (const { currency, status, count, amount } of totals) {
          const those = given.filter(
            (each) => each.currency === currency && each.status === status,
          );
          assert.equal(count, those.length);
          const sum = those.reduce((sum, each) => sum + BigInt(each.amount), 0n);
          assert.equal(amount, sum.toString());
        }
        assert.equal(
          totals.reduce((sum, { count }) => sum + count, 0),
          given.length,
        );
      }),
      { numRuns: 30 },
    );
  });
});
