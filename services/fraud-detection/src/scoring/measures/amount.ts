import { approved, type Facts } from "../facts.js";
import { median, spread } from "../median.js";
import type { Measure } from "../measures.js";

interface Deviation {
  /** Approved transactions in the currency without which there is no usual amount. */
  readonly minimumHistory: number;
  /** The least spread, as a share of the usual: an account that always pays the same may pay more. */
  readonly minimumSpread: number;
  /** What is worth less is never unusual. */
  readonly minimumDollars: number;
}

/**
 * How many deviations the amount is above the account's usual in the same currency: by median and
 * median absolute deviation, which a few extreme amounts in the history do not move.
 */
export const amountDeviation: Measure<Deviation> = {
  value(facts, { minimumHistory, minimumSpread, minimumDollars }) {
    const amounts = approvedAmounts(facts);
    if (amounts.length < minimumHistory || facts.value < minimumDollars * 100) return 0;
    const usual = median(amounts);
    return (
      (facts.transaction.amount - usual) / Math.max(spread(amounts, usual), usual * minimumSpread)
    );
  },
  detail(value, facts) {
    const { amount, currency } = facts.transaction;
    const usual = Math.round(median(approvedAmounts(facts)));
    return `the amount ${amount} is ${value.toFixed(1)} deviations above the usual ${usual} (minor units of ${currency})`;
  },
};

/**
 * Dollars of a transaction of an account that is new, or new to the currency: there `amountDeviation`
 * has no usual to compare with.
 */
export const newcomerValue: Measure<{ readonly maximumHistory: number }> = {
  value(facts, { maximumHistory }) {
    return approvedAmounts(facts).length <= maximumHistory ? facts.value / 100 : 0;
  },
  detail(value, facts, { maximumHistory }) {
    const standing = maximumHistory === 0 ? "no" : `at most ${maximumHistory}`;
    return `about ${Math.round(value)} US dollars after ${standing} approved transactions in ${facts.transaction.currency}`;
  },
};

function approvedAmounts(facts: Facts): number[] {
  return approved(facts)
    .filter(({ entry }) => entry.currency === facts.transaction.currency)
    .map(({ entry }) => entry.amount);
}
