import { amountDeviation, newcomerValue } from "./measures/amount.js";
import { cardsWithin, declinesWithin, smallAmountsWithin } from "./measures/card-testing.js";
import { othersWithin, unfamiliarity } from "./measures/change.js";
import { categoryRisk } from "./measures/merchant.js";
import { countWithin, valueWithin } from "./measures/velocity.js";
import type { Facts } from "./facts.js";

/** A question to the facts whose answer is a number: the more, the more suspicious. */
export interface Measure<Parameters> {
  value(facts: Facts, parameters: Parameters): number;
  /** What the number means, for a person. It shows in logs and answers: no card, no account. */
  detail(value: number, facts: Facts, parameters: Parameters): string;
}

const measures = {
  amountDeviation,
  newcomerValue,
  countWithin,
  valueWithin,
  othersWithin,
  unfamiliarity,
  categoryRisk,
  smallAmountsWithin,
  cardsWithin,
  declinesWithin,
};

/** The parameters of each measure, by its name in a rule. */
export type MeasureParameters = {
  [Name in keyof typeof measures]: (typeof measures)[Name] extends Measure<infer P> ? P : never;
};

export const MEASURES: { readonly [M in keyof MeasureParameters]: Measure<MeasureParameters[M]> } =
  measures;
