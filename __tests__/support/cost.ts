import type { PriceList } from "../../operations/cost/price-list";
import { PRICE_NAMES, type PriceName } from "../../operations/cost/price-names";
import { type Resource, wantedResources } from "../../operations/cost/resources";
import { parseSynthesizedStack } from "../../operations/terraform/synthesized-stack";
import { STACKS } from "../../operations/terraform/terraform-stack";
import type { Synthesis } from "./synth";

/** The first day of a year of 365. */
export const START = new Date("2027-01-01T00:00:00Z");

/** Everything that an environment is to have. */
export function resourcesIn(synthesis: Synthesis): Resource[] {
  return wantedResources(
    STACKS.map((stack) => parseSynthesizedStack(stack, synthesis[stack].json)),
  );
}

/** Prices that are easy to add up: a dollar for one of everything, except these. */
export function listOf(
  given: Partial<Record<PriceName, number>> = {},
  spotShare = 0.25,
): PriceList {
  const prices = { ...Object.fromEntries(PRICE_NAMES.map((name) => [name, 1])), ...given };
  const find = (name: PriceName) => prices[name];
  return {
    region: "us-east-1",
    spotShare,
    dates: ["2026-09-01", "2026-10-01"],
    find,
    get: (name) => find(name) ?? NaN,
  };
}

/** Prices of nothing but these. */
export function only(given: Partial<Record<PriceName, number>>, spotShare?: number): PriceList {
  return listOf(
    { ...Object.fromEntries(PRICE_NAMES.map((name) => [name, 0])), ...given },
    spotShare,
  );
}
