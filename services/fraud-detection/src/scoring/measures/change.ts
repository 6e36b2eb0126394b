import { approved, type Facts, within } from "../facts.js";
import type { Measure } from "../measures.js";
import { describeWindow, type Window } from "./window.js";

interface Field {
  readonly field: "country" | "currency";
}

/** How many other countries (currencies) the account was used in within the time. */
export const othersWithin: Measure<Field & Window> = {
  value(facts, parameters) {
    return others(facts, parameters).size;
  },
  detail(_value, facts, parameters) {
    const { field } = parameters;
    const names = [...others(facts, parameters)].sort().join(", ");
    return `${field} ${facts.transaction[field]}, but ${names} within ${describeWindow(parameters)}`;
  },
};

/** How many approved transactions the account has, if none is in the country (currency). */
export const unfamiliarity: Measure<Field> = {
  value(facts, { field }) {
    const known = approved(facts);
    return known.some(({ entry }) => entry[field] === facts.transaction[field]) ? 0 : known.length;
  },
  detail(value, facts, { field }) {
    return `${field} ${facts.transaction[field]} for the first time after ${value} approved transactions`;
  },
};

function others(facts: Facts, { field, windowSeconds }: Field & Window): Set<string> {
  const seen = new Set(within(facts, windowSeconds).map(({ entry }) => entry[field]));
  seen.delete(facts.transaction[field]);
  return seen;
}
