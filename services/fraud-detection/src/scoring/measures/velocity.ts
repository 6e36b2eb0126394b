import { within } from "../facts.js";
import type { Measure } from "../measures.js";
import { describeWindow, type Window } from "./window.js";

/** Transactions within the time, this one included, whatever was decided on them. */
export const countWithin: Measure<Window> = {
  value(facts, { windowSeconds }) {
    return within(facts, windowSeconds).length + 1;
  },
  detail(value, _facts, window) {
    return `${value} transactions within ${describeWindow(window)}`;
  },
};

/**
 * Dollars within the time, this transaction included; 0 if it is the only one, for which there are
 * the measures of amounts. What was declined has moved no money.
 */
export const valueWithin: Measure<Window> = {
  value(facts, { windowSeconds }) {
    const others = within(facts, windowSeconds).filter(({ entry }) => entry.decision !== "decline");
    if (others.length === 0) return 0;
    return others.reduce((sum, { value }) => sum + value, facts.value) / 100;
  },
  detail(value, _facts, window) {
    return `about ${Math.round(value)} US dollars within ${describeWindow(window)}`;
  },
};
