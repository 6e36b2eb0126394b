import { createHash } from "node:crypto";

/** A listener takes priorities from 1 to 50000; each depth of path has a band of its own. */
const BAND = 10_000;

/** The deepest public path: `/a/b/c/d`. */
export const MAXIMUM_PATH_DEPTH = 4;

/** The number of segments: 0 for `/`, 2 for `/shop/orders`. */
export function pathDepth(path: string): number {
  return path.split("/").filter(Boolean).length;
}

/**
 * Gives each public path its listener priority. Deeper paths come first, so that `/orders` wins over
 * `/`. Within a depth a path's own hash decides, so that a path keeps its rule when services come, go
 * or are renamed. Two paths of one hash are rare: when one of them comes or goes, the other may take its
 * place, as a change of what two rules lead to and never of their priorities.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function listenerPriorities(paths: readonly string[]): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const taken = new Set<number>();
  for (const path of [...paths].sort()) {
    const band = (MAXIMUM_PATH_DEPTH - pathDepth(path)) * BAND;
    let place = createHash("sha256").update(path).digest().readUInt32BE() % BAND;
    // Two paths rarely meet; the later one in the alphabet takes the next free place.
    while (taken.has(band + place)) place = (place + 1) % BAND;
    taken.add(band + place);
    priorities.set(path, band + place + 1);
  }
  return priorities;
}
