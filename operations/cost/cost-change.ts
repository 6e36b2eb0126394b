import type { Placed } from "../../spec/names";
import type { Range } from "./charge";
import { estimate } from "./estimate";
import { dollars, monthly } from "./estimate-text";
import { Refusal } from "../terminal/refusal";
import { pricesOf } from "./price-list";
import type { Resource } from "./resources";

/** What a deployment makes of an environment's cost: US dollars a month, from the least to the most. */
export interface CostChange {
  /** `undefined` for an environment that is not deployed. */
  readonly before: Range | undefined;
  readonly after: Range;
}

/**
 * Compares what is deployed with what is planned, both by the same rules and prices. What is deployed is in
 * the plan itself: Terraform puts the state that it has read there, so nothing is asked of AWS for it. What is
 * planned are the synthesized stacks, which are whole also where Terraform cannot plan everything yet.
 *
 * @returns `undefined` if a price is missing: a plan does not fail for it, and `platform cost` says which one
 */
export function costChange(
  deployed: readonly Resource[],
  wanted: readonly Resource[],
  environment: Placed,
): CostChange | undefined {
  const start = new Date();
  try {
    const prices = pricesOf(environment.region);
    if (!prices) return undefined;
    const totalOf = (resources: readonly Resource[]) =>
      estimate(resources, environment, prices, start).total;
    const before = deployed.length > 0 ? totalOf(deployed) : undefined;
    return { before, after: totalOf(wanted) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The lines of a plan about it: none if it stays the same to the dollar. */
export function costLines(change: CostChange | undefined): string[] {
  if (!change) return [];
  const { before, after } = change;
  if (!before) return [`cost: ${monthly(after)}`];
  const least = difference(before.from, after.from);
  const most = difference(before.to, after.to);
  if (!least.includes(ARROW) && !most.includes(ARROW)) return [];
  return [`cost: ${least} a month at the least, ${most} at the most`];
}

const ARROW = "→";

function difference(before: number, after: number): string {
  const [then, now] = [dollars(before), dollars(after)];
  return then === now ? now : `${then} ${ARROW} ${now}`;
}
