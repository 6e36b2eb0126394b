import { closest, distance } from "fastest-levenshtein";

/** As far as a mistyped name may be from the one that was meant. */
const TYPOS = 3;

/**
 * The end of a message about a name that does not exist: the nearest one, if any is near, and all there
 * are.
 */
export function nearest(given: string, known: readonly string[]): string {
  const near = closest(given, known);
  const all = `known are ${known.join(", ")}`;
  const isNear = known.length > 0 && distance(given, near) <= Math.min(TYPOS, given.length - 1);
  return isNear ? `; did you mean ${near}? (${all})` : `; ${all}`;
}
