import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { HistoryEntry, Transaction } from "../../src/schemas/score.js";
import { MEASURES, type MeasureParameters } from "../../src/scoring/measures.js";
import { factsOf } from "../../src/scoring/facts.js";
import { RULES } from "../../src/scoring/rules.js";
import { DAY, entries, entry, HOUR, MINUTE, SECOND, transaction } from "../support/request.js";

/** The value of a measure, and what is said of it. */
function measure<Name extends keyof MeasureParameters>(
  name: Name,
  parameters: MeasureParameters[Name],
  given: Partial<Transaction>,
  history: HistoryEntry[],
): [number, string] {
  const facts = factsOf({ transaction: transaction(given), history }, RULES);
  const value = MEASURES[name].value(facts, parameters);
  return [value, MEASURES[name].detail(value, facts, parameters)];
}

const deviation = { minimumHistory: 3, minimumSpread: 0.1, minimumDollars: 0 };
const amounts = (...all: number[]) => all.map((amount) => entry(DAY, { amount }));

describe("amountDeviation", () => {
  it("counts deviations above the median", () => {
    const history = amounts(1_000, 1_100, 1_200, 1_300, 1_400);
    const [value, detail] = measure("amountDeviation", deviation, { amount: 2_683 }, history);
    assert.equal(value.toFixed(2), "10.00");
    assert.match(detail, /2683 is 10\.0 deviations above the usual 1200 \(minor units of EUR\)/);
  });

  it("is not moved by a few extreme amounts", () => {
    const calm = amounts(1_000, 1_100, 1_200, 1_300, 1_400);
    const [before] = measure("amountDeviation", deviation, { amount: 50_000 }, calm);
    const [after] = measure("amountDeviation", deviation, { amount: 50_000 }, [
      ...calm,
      ...amounts(900_000),
    ]);
    assert.ok(after > before / 2);
  });

  it("takes amounts that are always the same for spread a little", () => {
    const [value] = measure("amountDeviation", deviation, { amount: 2_000 }, entries(3, DAY));
    assert.ok(value < 0);
    assert.equal(
      measure("amountDeviation", deviation, { amount: 5_000 }, entries(3, DAY))[0].toFixed(1),
      "10.0",
    );
  });

  const none: Record<string, [Partial<Transaction>, HistoryEntry[]]> = {
    "too short a history": [{}, entries(2, DAY, { amount: 1 })],
    "a history in another currency": [{}, entries(9, DAY, { amount: 1, currency: "USD" })],
    "a history that was not approved": [{}, entries(9, DAY, { amount: 1, decision: "review" })],
  };
  for (const [name, [given, history]] of Object.entries(none)) {
    it(`is 0 for ${name}`, () => {
      assert.equal(measure("amountDeviation", deviation, given, history)[0], 0);
    });
  }

  it("is 0 for what is worth little", () => {
    const parameters = { ...deviation, minimumDollars: 50 };
    const history = entries(3, DAY, { amount: 1, currency: "USD" });
    const usd = (amount: number) => ({ amount, currency: "USD" });
    assert.equal(measure("amountDeviation", parameters, usd(4_999), history)[0], 0);
    assert.ok(measure("amountDeviation", parameters, usd(5_000), history)[0] > 0);
  });
});

describe("newcomerValue", () => {
  const given = { amount: 100_000, currency: "USD" };
  const known = (count: number) => entries(count, DAY, { currency: "USD" });

  it("counts dollars while there are few approved transactions in the currency", () => {
    const few = { maximumHistory: 2 };
    const [value, detail] = measure("newcomerValue", few, given, known(2));
    assert.equal(value, 1_000);
    assert.equal(detail, "about 1000 US dollars after at most 2 approved transactions in USD");
    assert.equal(measure("newcomerValue", few, given, known(3))[0], 0);
  });

  it("is not put off by other currencies or refused attempts", () => {
    const history = [...entries(9, DAY), ...entries(9, DAY, { ...given, decision: "decline" })];
    const [value, detail] = measure("newcomerValue", { maximumHistory: 0 }, given, history);
    assert.equal(value, 1_000);
    assert.match(detail, /after no approved transactions in USD/);
  });

  it("takes currencies for what they are worth", () => {
    const worth = (amount: number, currency: string) =>
      measure("newcomerValue", { maximumHistory: 0 }, { amount, currency }, [])[0];
    assert.equal(worth(150_000, "JPY"), 1_000);
    assert.equal(worth(310_000, "KWD"), 1_000);
    assert.equal(worth(100_000, "XXX"), 1_000);
  });
});

describe("windows", () => {
  const window = { windowSeconds: HOUR };

  it("reach to their last second", () => {
    assert.deepEqual(measure("countWithin", window, {}, [entry(HOUR)]), [
      2,
      "2 transactions within 1 hour",
    ]);
    assert.equal(measure("countWithin", window, {}, [entry(HOUR + SECOND)])[0], 1);
  });

  it("count whatever was decided, but sum up only what was not declined", () => {
    const usd = { amount: 10_000, currency: "USD" };
    const history = [
      entry(MINUTE, usd),
      entry(MINUTE, { ...usd, decision: "review" }),
      entry(MINUTE, { ...usd, decision: "decline" }),
    ];
    assert.equal(measure("countWithin", window, usd, history)[0], 4);
    assert.deepEqual(measure("valueWithin", window, usd, history), [
      300,
      "about 300 US dollars within 1 hour",
    ]);
  });

  it("sum up whole cents: a sum of fractions depends on the order", () => {
    const history = [
      entry(0, { amount: 1, currency: "JPY" }),
      entry(0, { amount: 1, currency: "KWD" }),
    ];
    const [value] = measure("valueWithin", window, { amount: 1, currency: "USD" }, history);
    assert.equal(value, 0.02);
  });

  it("sum up nothing if there is one transaction only", () => {
    assert.equal(measure("valueWithin", window, { amount: 1_000_000 }, [])[0], 0);
  });
});

describe("changes", () => {
  it("names the other countries in a fixed order", () => {
    const parameters = { field: "country", windowSeconds: DAY } as const;
    const history = ["US", "FR", "DE", "FR"].map((country) => entry(HOUR, { country }));
    assert.deepEqual(measure("othersWithin", parameters, {}, history), [
      2,
      "country DE, but FR, US within 1 day",
    ]);
  });

  it("is familiar with what was approved once, and only with that", () => {
    const parameters = { field: "currency" } as const;
    const history = entries(6, DAY, { currency: "CHF" });
    const [value, detail] = measure("unfamiliarity", parameters, {}, history);
    assert.equal(value, 6);
    assert.equal(detail, "currency EUR for the first time after 6 approved transactions");
    const declined = entry(DAY, { decision: "decline" });
    assert.equal(measure("unfamiliarity", parameters, {}, [...history, declined])[0], 6);
    assert.equal(measure("unfamiliarity", parameters, {}, [...history, entry(DAY)])[0], 0);
  });
});

describe("card testing", () => {
  const window = { windowSeconds: 10 * MINUTE };

  it("counts cards once, and never names one", () => {
    const history = ["card-1", "card-2", "card-2"].map((card) => entry(MINUTE, { card }));
    assert.deepEqual(measure("cardsWithin", window, {}, history), [2, "2 cards within 10 minutes"]);
  });

  it("counts small amounts before a large one", () => {
    const parameters = { ...window, belowDollars: 5 };
    const small = entries(4, MINUTE, { amount: 100 });
    assert.deepEqual(measure("smallAmountsWithin", parameters, { amount: 90_000 }, small), [
      4,
      "4 transactions below about 5 US dollars within 10 minutes",
    ]);
  });

  it("counts declines", () => {
    const history = [entry(MINUTE), entry(MINUTE, { decision: "decline" })];
    assert.deepEqual(measure("declinesWithin", window, {}, history), [
      1,
      "1 transactions declined within 10 minutes",
    ]);
  });
});
