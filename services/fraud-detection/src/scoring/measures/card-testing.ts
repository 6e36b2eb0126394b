import { within } from "../facts.js";
import type { Measure } from "../measures.js";
import { describeWindow, type Window } from "./window.js";

/** Small transactions within the time, this one included: they find out whether a card works. */
export const smallAmountsWithin: Measure<Window & { readonly belowDollars: number }> = {
  value(facts, { windowSeconds, belowDollars }) {
    const small = ({ value }: { readonly value: number }) => value < belowDollars * 100;
    return within(facts, windowSeconds).filter(small).length + (small(facts) ? 1 : 0);
  },
  detail(value, _facts, parameters) {
    return `${value} transactions below about ${parameters.belowDollars} US dollars within ${describeWindow(parameters)}`;
  },
};

/** Different cards within the time, this one included. */
export const cardsWithin: Measure<Window> = {
  value(facts, { windowSeconds }) {
    const cards = new Set(within(facts, windowSeconds).map(({ entry }) => entry.card));
    return cards.add(facts.transaction.card).size;
  },
  detail(value, _facts, window) {
    return `${value} cards within ${describeWindow(window)}`;
  },
};

export const declinesWithin: Measure<Window> = {
  value(facts, { windowSeconds }) {
    return within(facts, windowSeconds).filter(({ entry }) => entry.decision === "decline").length;
  },
  detail(value, _facts, window) {
    return `${value} transactions declined within ${describeWindow(window)}`;
  },
};
