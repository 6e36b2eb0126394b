import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { HistoryEntry, Transaction } from "../../src/schemas/score.js";
import { RULES } from "../../src/scoring/rules.js";
import { score } from "../../src/scoring/score.js";
import { DAY, entries, entry, HOUR, MINUTE, SECOND, transaction } from "../support/request.js";

type Case = readonly [given: Partial<Transaction>, history: HistoryEntry[]];

/** EUR 100.00 each: with the least spread, a half of that, a deviation is EUR 50.00. */
const usual = entries(5, 10 * DAY, { amount: 10_000 });
const usd = (dollars: number) => ({ amount: dollars * 100, currency: "USD" });
const newcomer = (count: number) => entries(count, 10 * DAY, { currency: "USD" });
/** What an account has that no rule of velocity or novelty speaks of. */
const familiar = entries(5, 10 * DAY);

/** For each rule, what is just not enough and what just is. */
const CASES: Record<string, { below: Case; at: Case }> = {
  "amount-unusual": {
    below: [{ amount: 39_999 }, usual],
    at: [{ amount: 40_000 }, usual],
  },
  "amount-extreme": {
    below: [{ amount: 109_999 }, usual],
    at: [{ amount: 110_000 }, usual],
  },
  "first-amount-large": {
    below: [usd(999), []],
    at: [usd(1_000), []],
  },
  "first-amount-very-large": {
    below: [usd(4_999), []],
    at: [usd(5_000), []],
  },
  "early-amount-large": {
    below: [usd(2_499), newcomer(4)],
    at: [usd(2_500), newcomer(4)],
  },
  "count-minute": {
    below: [{}, entries(2, MINUTE)],
    at: [{}, entries(3, MINUTE)],
  },
  "count-10-minutes": {
    below: [{}, entries(8, 10 * MINUTE)],
    at: [{}, entries(9, 10 * MINUTE)],
  },
  "count-hour": {
    below: [{}, entries(23, HOUR)],
    at: [{}, entries(24, HOUR)],
  },
  "count-day": {
    below: [{}, entries(78, DAY)],
    at: [{}, entries(79, DAY)],
  },
  "sum-hour": {
    below: [usd(1), [entry(HOUR, usd(2_998))]],
    at: [usd(1), [entry(HOUR, usd(2_999))]],
  },
  "sum-day": {
    below: [usd(1), [entry(DAY, usd(9_998))]],
    at: [usd(1), [entry(DAY, usd(9_999))]],
  },
  "country-change": {
    below: [{}, [entry(2 * HOUR + SECOND, { country: "FR" })]],
    at: [{}, [entry(2 * HOUR, { country: "FR" })]],
  },
  "country-changes": {
    below: [{}, [entry(DAY, { country: "FR" }), entry(DAY + SECOND, { country: "IT" })]],
    at: [{}, [entry(DAY, { country: "FR" }), entry(DAY, { country: "IT" })]],
  },
  "country-unfamiliar": {
    below: [{ country: "FR" }, entries(4, 10 * DAY)],
    at: [{ country: "FR" }, familiar],
  },
  "currency-change": {
    below: [{}, [entry(DAY + SECOND, { currency: "CHF" })]],
    at: [{}, [entry(DAY, { currency: "CHF" })]],
  },
  "currency-unfamiliar": {
    below: [{ currency: "CHF" }, entries(4, 10 * DAY)],
    at: [{ currency: "CHF" }, familiar],
  },
  "category-elevated": {
    below: [{ merchantCategory: "5411" }, familiar],
    at: [{ merchantCategory: "5732" }, familiar],
  },
  "category-high": {
    below: [{ merchantCategory: "5732" }, familiar],
    at: [{ merchantCategory: "7995" }, familiar],
  },
  "testing-small-amounts": {
    below: [usd(4.99), entries(3, 10 * MINUTE, usd(4.99))],
    at: [usd(4.99), entries(4, 10 * MINUTE, usd(4.99))],
  },
  "testing-cards": {
    below: [{}, [entry(10 * MINUTE, { card: "card-2" })]],
    at: [{}, ["card-2", "card-3"].map((card) => entry(10 * MINUTE, { card }))],
  },
  "testing-declines": {
    below: [{}, entries(2, HOUR, { decision: "decline" })],
    at: [{}, entries(3, HOUR, { decision: "decline" })],
  },
};

function applied([given, history]: Case): string[] {
  return score({ transaction: transaction(given), history }, RULES).reasons.map(({ rule }) => rule);
}

describe("the rules in force", () => {
  for (const { id } of RULES.rules) {
    it(`${id} applies from its threshold on, and not below`, () => {
      const cases = CASES[id];
      assert.ok(cases, `no case for ${id}`);
      assert.ok(!applied(cases.below).includes(id), "applies below the threshold");
      assert.ok(applied(cases.at).includes(id), "does not apply at the threshold");
    });
  }

  it("have all of the cases above", () => {
    assert.deepEqual(
      Object.keys(CASES),
      RULES.rules.map(({ id }) => id),
    );
  });

  it("have unique ids, and points that are whole and matter", () => {
    assert.equal(new Set(RULES.rules.map(({ id }) => id)).size, RULES.rules.length);
    for (const { id, points } of RULES.rules) {
      assert.ok(Number.isInteger(points) && points !== 0, id);
    }
  });

  it("decline nothing for one rule alone", () => {
    for (const { id, points } of RULES.rules) assert.ok(points < RULES.decisions.decline, id);
  });

  it("leave an ordinary transaction alone", () => {
    assert.deepEqual(applied([{}, familiar]), []);
    assert.deepEqual(applied([{}, []]), []);
  });
});
