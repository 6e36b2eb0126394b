import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { defineRules, type Rule } from "../../src/scoring/rule.js";
import { RULES } from "../../src/scoring/rules.js";
import { score } from "../../src/scoring/score.js";
import {
  ago,
  DAY,
  entries,
  entry,
  MINUTE,
  ordinaryRequest,
  transaction,
} from "../support/request.js";

/** Rules that always apply, with these points. */
function always(...points: number[]) {
  return defineRules({
    decisions: { review: 30, decline: 70 },
    clockSkewSeconds: 5,
    minorUnitsPerDollar: {},
    rules: points.map((points, index): Rule => ({
      ...{ id: `rule-${index}`, points, threshold: 1 },
      ...{ measure: "countWithin", parameters: { windowSeconds: MINUTE } },
    })),
  });
}

const request = { transaction: transaction(), history: [] };

describe("score", () => {
  const sums: [number[], number, string][] = [
    [[], 0, "approve"],
    [[29], 29, "approve"],
    [[15, 15], 30, "review"],
    [[40, 29], 69, "review"],
    [[40, 30], 70, "decline"],
    [[60, 40], 100, "decline"],
    [[60, 41], 100, "decline"],
    [[-10, 9], 0, "approve"],
  ];
  for (const [points, expected, decision] of sums) {
    it(`makes ${decision} with ${expected} of ${points.join(" + ") || "nothing"}`, () => {
      const result = score(request, always(...points));
      assert.deepEqual([result.score, result.decision], [expected, decision]);
      assert.deepEqual(
        result.reasons.map((reason) => reason.points),
        points,
      );
    });
  }

  it("gives the same answer to the same request", () => {
    const suspicious = {
      transaction: transaction({ amount: 900_000, country: "FR" }),
      history: entries(20, MINUTE),
    };
    const first = score(suspicious, RULES);
    assert.deepEqual(score(structuredClone(suspicious), RULES), first);
    assert.ok(first.reasons.length > 3);
  });

  it("changes nothing in the request", () => {
    const given = ordinaryRequest();
    const copy = structuredClone(given);
    score(given, RULES);
    assert.deepEqual(given, copy);
  });

  it("names the rules that it was made by", () => {
    assert.equal(score(request, RULES).rulesVersion, RULES.version);
    assert.match(RULES.version, /^[0-9a-f]{12}$/);
    assert.notEqual(always(1).version, always(2).version);
    assert.equal(always(1).version, always(1).version);
  });
});

describe("time", () => {
  const reasons = (history: ReturnType<typeof entry>[], occurredAt = ago(0)) =>
    score({ transaction: transaction({ occurredAt }), history }, RULES).reasons;

  it("that lies after the transaction is not its past", () => {
    assert.deepEqual(reasons(entries(200, -6)), []);
    assert.deepEqual(reasons(entries(200, -400 * DAY)), []);
  });

  it("may differ a little between clocks", () => {
    const [first] = reasons(entries(3, -5));
    assert.equal(first?.rule, "count-minute");
  });

  it("long ago makes nothing fast", () => {
    assert.deepEqual(reasons(entries(200, 20_000 * DAY)), []);
  });

  it("counts from the transaction, wherever the clock stands", () => {
    for (const year of ["0001", "1970", "2026", "9999"]) {
      const history = [1, 2, 3].map((second) => ({
        ...entry(0),
        occurredAt: `${year}-06-01T00:00:0${second}Z`,
      }));
      const [first] = reasons(history, `${year}-06-01T00:00:30Z`);
      assert.equal(first?.rule, "count-minute", year);
    }
  });

  it("is the same in every zone", () => {
    const zoned = entries(3, 0).map((one) => ({ ...one, occurredAt: "2026-03-10T17:29:30+05:30" }));
    assert.deepEqual(reasons(zoned), reasons(entries(3, 30)));
    assert.equal(reasons(zoned).length, 1);
  });
});
