import type { Measure } from "../measures.js";

/** The risk of the merchant's category; 0 for one that is not listed. */
export const categoryRisk: Measure<{ readonly risks: Readonly<Record<string, number>> }> = {
  value(facts, { risks }) {
    return risks[facts.transaction.merchantCategory] ?? 0;
  },
  detail(value, facts) {
    return `merchant category ${facts.transaction.merchantCategory} is of risk ${value}`;
  },
};
