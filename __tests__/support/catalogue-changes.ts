import fc from "fast-check";
import type { ServiceSpec, Services } from "../../spec/service/spec";
import { fixture } from "./services";

/** One change of the catalogue; numbers choose among the services at that time. */
export type Change =
  | { readonly kind: "add"; readonly name: string; readonly path: string }
  | { readonly kind: "rename"; readonly which: number; readonly name: string }
  | { readonly kind: "move"; readonly which: number; readonly path: string }
  | { readonly kind: "swap"; readonly which: number; readonly other: number }
  | { readonly kind: "remove"; readonly which: number };

const NAMES = ["ants", "bees", "cats", "dogs", "elks", "fish", "gnus"] as const;

/** Some paths of the same depth share a hash, so that one of them takes the next priority. */
const PATHS = ["/", "/orders", "/shop", "/shop/orders", "/p26", "/p89"] as const;

const which = fc.nat({ max: 20 });
const name = fc.constantFrom(...NAMES);
const path = fc.constantFrom(...PATHS);

/** Any change; renames and swaps, which AWS has refused before, come more often. */
export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("add" as const), name, path }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("rename" as const), which, name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), which, path }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("swap" as const), which, other: which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which }) },
);

/** A public service with this path. */
export function publicService(path: string): ServiceSpec {
  return { ...fixture["order-archive"], path };
}

/** The catalogues from an empty one on; an invalid change leaves the catalogue unchanged. */
export function cataloguesAfter(changes: readonly Change[]): Services[] {
  const catalogues: Services[] = [{}];
  for (const change of changes) catalogues.push(after(catalogues.at(-1) ?? {}, change));
  return catalogues;
}

function after(catalogue: Services, change: Change): Services {
  const entries = Object.entries(catalogue);
  const isFree = (path: string) => entries.every(([, spec]) => spec.path !== path);
  if (change.kind === "add") {
    const { name, path } = change;
    const mayBe = !(name in catalogue) && isFree(path);
    return mayBe ? { ...catalogue, [name]: publicService(path) } : catalogue;
  }
  const chosen = entries[change.which % Math.max(entries.length, 1)];
  if (!chosen) return catalogue;
  const [old, spec] = chosen;
  const others = Object.fromEntries(entries.filter(([service]) => service !== old));
  switch (change.kind) {
    case "remove":
      return others;
    case "rename":
      return change.name in catalogue ? catalogue : { ...others, [change.name]: spec };
    case "move":
      return isFree(change.path) ? { ...others, [old]: publicService(change.path) } : catalogue;
    case "swap": {
      const [other, otherSpec] = entries[change.other % entries.length] ?? chosen;
      return other === old ? catalogue : { ...catalogue, [old]: otherSpec, [other]: spec };
    }
  }
}
