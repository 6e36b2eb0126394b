import { createHash } from "node:crypto";

/** A listener accepts priorities from 1 to 50000; each path depth has its own band. */
const BAND = 10_000;

/** The deepest public path: `/a/b/c/d`. */
export const MAXIMUM_PATH_DEPTH = 4;

/** The number of segments: 0 for `/`, 2 for `/shop/orders`. */
export function pathDepth(path: string): number {
  return path.split("/").filter(Boolean).length;
}

/**
 * Gives each public path its listener priority. Deeper paths come first, so `/orders` wins over `/`.
 * Within a depth the path's hash decides, so a path keeps its rule when services are added, removed or
 * renamed. Hash collisions are rare: when one of two colliding paths is added or removed, the other may
 * take its place. Then the targets of two rules change, but never their priorities.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function listenerPriorities(paths: readonly string[]): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const taken = new Set<number>();
  for (const path of [...paths].sort()) {
    const band = (MAXIMUM_PATH_DEPTH - pathDepth(path)) * BAND;
    let place = createHash("sha256").update(path).digest().readUInt32BE() % BAND;
    // On a collision, the alphabetically later path takes the next free place.
    while (taken.has(band + place)) place = (place + 1) % BAND;
    taken.add(band + place);
    priorities.set(path, band + place + 1);
  }
  return priorities;
}
