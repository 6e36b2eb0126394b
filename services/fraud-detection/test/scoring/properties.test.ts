import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { HistoryEntry, ScoreRequest } from "../../src/schemas/score.js";
import { RULES } from "../../src/scoring/rules.js";
import { score } from "../../src/scoring/score.js";
import { ago, DAY, transaction } from "../support/request.js";

// Few values and times close together: what makes the rules apply.
const payment = {
  amount: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 1e12 })),
  currency: fc.constantFrom("EUR", "USD", "JPY", "KWD", "XXX"),
  country: fc.constantFrom("DE", "FR", "US"),
  merchantCategory: fc.constantFrom("5411", "5732", "7995"),
  card: fc.constantFrom("card-1", "card-2", "card-3"),
  occurredAt: fc.integer({ min: -60, max: 3 * DAY }).map(ago),
};
const historyEntry: fc.Arbitrary<HistoryEntry> = fc.record({
  ...payment,
  decision: fc.constantFrom("approve", "review", "decline"),
});
const request: fc.Arbitrary<ScoreRequest> = fc.record({
  transaction: fc.record(payment).map(transaction),
  history: fc.array(historyEntry, { maxLength: 200 }),
});

describe("score, whatever the request", () => {
  it("is a whole number from 0 to 100, the sum of its reasons", () => {
    fc.assert(
      fc.property(request, (given) => {
        const { score: value, reasons } = score(given, RULES);
        const sum = reasons.reduce((total, { points }) => total + points, 0);
        assert.equal(value, Math.min(sum, 100));
        assert.ok(Number.isInteger(value));
      }),
    );
  });

  it("decides by the score alone", () => {
    fc.assert(
      fc.property(request, (given) => {
        const { score: value, decision } = score(given, RULES);
        assert.equal(decision, value >= 70 ? "decline" : value >= 30 ? "review" : "approve");
      }),
    );
  });

  it("does not depend on the order of the history", () => {
    const shuffled = request.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray(given.history, { minLength: given.history.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([given, history]) => {
        assert.deepEqual(score({ ...given, history }, RULES), score(given, RULES));
      }),
    );
  });

  it("explains each reason in words, without a card", () => {
    fc.assert(
      fc.property(request, (given) => {
        for (const { detail } of score(given, RULES).reasons) {
          assert.ok(detail.length > 10);
          assert.doesNotMatch(detail, /NaN|Infinity|undefined|card-/);
        }
      }),
    );
  });
});
