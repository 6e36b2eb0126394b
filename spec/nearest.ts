import { closest, distance } from "fastest-levenshtein";

/** The most edits by which a mistyped name may differ from the intended one. */
const TYPOS = 3;

/**
 * The end of a message about an unknown name: the nearest known name, if one is close, and all known
 * names.
 */
export function nearest(given: string, known: readonly string[]): string {
  const near = closest(given, known);
  const all = `valid names: ${known.join(", ")}`;
  const isNear = known.length > 0 && distance(given, near) <= Math.min(TYPOS, given.length - 1);
  return isNear ? `; did you mean ${near}? (${all})` : `; ${all}`;
}
