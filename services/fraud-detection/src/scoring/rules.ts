import { CATEGORY_RISKS, MINOR_UNITS_PER_DOLLAR } from "./reference.js";
import { defineRules } from "./rule.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const usual = { minimumHistory: 5, minimumSpread: 0.5, minimumDollars: 50 };

/**
 * The rules in force. One alone leads to a review at most: it takes several to decline.
 *
 * Rules of one measure add up: what is extreme is also unusual.
 */
export const RULES = defineRules({
  decisions: { review: 30, decline: 70 },
  clockSkewSeconds: 5,
  minorUnitsPerDollar: MINOR_UNITS_PER_DOLLAR,
  // A row is a rule, for rows can be compared.
  // prettier-ignore
  rules: [
    { id: "amount-unusual", points: 20, measure: "amountDeviation", parameters: usual, threshold: 6 },
    { id: "amount-extreme", points: 25, measure: "amountDeviation", parameters: usual, threshold: 20 },

    { id: "first-amount-large", points: 30, measure: "newcomerValue", parameters: { maximumHistory: 0 }, threshold: 1_000 },
    { id: "first-amount-very-large", points: 15, measure: "newcomerValue", parameters: { maximumHistory: 0 }, threshold: 5_000 },
    { id: "early-amount-large", points: 10, measure: "newcomerValue", parameters: { maximumHistory: 4 }, threshold: 2_500 },

    { id: "count-minute", points: 20, measure: "countWithin", parameters: { windowSeconds: MINUTE }, threshold: 4 },
    { id: "count-10-minutes", points: 20, measure: "countWithin", parameters: { windowSeconds: 10 * MINUTE }, threshold: 10 },
    { id: "count-hour", points: 15, measure: "countWithin", parameters: { windowSeconds: HOUR }, threshold: 25 },
    { id: "count-day", points: 15, measure: "countWithin", parameters: { windowSeconds: DAY }, threshold: 80 },
    { id: "sum-hour", points: 20, measure: "valueWithin", parameters: { windowSeconds: HOUR }, threshold: 3_000 },
    { id: "sum-day", points: 20, measure: "valueWithin", parameters: { windowSeconds: DAY }, threshold: 10_000 },

    { id: "country-change", points: 25, measure: "othersWithin", parameters: { field: "country", windowSeconds: 2 * HOUR }, threshold: 1 },
    { id: "country-changes", points: 20, measure: "othersWithin", parameters: { field: "country", windowSeconds: DAY }, threshold: 2 },
    { id: "country-unfamiliar", points: 10, measure: "unfamiliarity", parameters: { field: "country" }, threshold: 5 },
    { id: "currency-change", points: 10, measure: "othersWithin", parameters: { field: "currency", windowSeconds: DAY }, threshold: 1 },
    { id: "currency-unfamiliar", points: 10, measure: "unfamiliarity", parameters: { field: "currency" }, threshold: 5 },

    { id: "category-elevated", points: 10, measure: "categoryRisk", parameters: { risks: CATEGORY_RISKS }, threshold: 1 },
    { id: "category-high", points: 15, measure: "categoryRisk", parameters: { risks: CATEGORY_RISKS }, threshold: 2 },

    { id: "testing-small-amounts", points: 35, measure: "smallAmountsWithin", parameters: { windowSeconds: 10 * MINUTE, belowDollars: 5 }, threshold: 5 },
    { id: "testing-cards", points: 35, measure: "cardsWithin", parameters: { windowSeconds: 10 * MINUTE }, threshold: 3 },
    { id: "testing-declines", points: 20, measure: "declinesWithin", parameters: { windowSeconds: HOUR }, threshold: 3 },
  ],
});
