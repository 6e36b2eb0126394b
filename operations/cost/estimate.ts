import { type Named, resourceName } from "../../spec/names";
import { BY_USE, FREE } from "./by-use";
import { type Charge, type Estimated, type Range, SHARED } from "./charge";
import { PRICE_NAMES, PRICE_UNITS } from "./price-names";
import type { PriceList } from "./price-list";
import { PRICED } from "./priced";
import type { Resource } from "./resources";

/** One line of an estimate; `dollars` are a month's. */
export interface CostLine {
  readonly part: string;
  readonly what: string;
  readonly count: Range;
  readonly dollars: Range;
  readonly onSpot: boolean;
}

/** What an environment costs in a month, from the fewest of everything to the most. */
export interface Estimate {
  readonly region: string;
  readonly lines: readonly CostLine[];
  /** US dollars a month. */
  readonly total: Range;
  /** What costs only as it is used, one phrase each. */
  readonly byUse: readonly string[];
  /** The resources of types that this knows no price of: `2 aws_elasticache_cluster`. */
  readonly unpriced: readonly string[];
  /** The first and the last day of the prices. */
  readonly dates: readonly [string, string];
}

/**
 * Estimates what the resources cost at list prices. It knows each type of resource that the stacks have: those
 * that it cannot price are named, and none is left out silently.
 *
 * @throws Refusal if a price is needed that the region's list does not have
 */
export function estimate(
  resources: readonly Resource[],
  environment: Named,
  prices: PriceList,
  start = new Date(),
): Estimate {
  const estimated = { resources, start, partOf: partIn(environment) };
  const charges = resources.map((resource) => ({
    resource,
    found: chargesOf(resource, estimated),
  }));
  const lines = inOrder(
    merged(charges.flatMap(({ found }) => found ?? [])).map((charge) => priced(charge, prices)),
  );
  const unknown = charges.filter(({ found }) => !found).map(({ resource }) => resource.type);
  return {
    region: prices.region,
    lines,
    total: {
      from: sum(lines.map(({ dollars }) => dollars.from)),
      to: sum(lines.map(({ dollars }) => dollars.to)),
    },
    byUse: usages(resources, prices),
    unpriced: [...new Set(unknown)].map((type) => `${countIn(unknown, type)} ${type}`),
    dates: prices.dates,
  };
}

/** The types that cost something in a way that this does not know: neither priced, nor by use, nor free. */
export function unknownTypes(resources: readonly Resource[]): string[] {
  const types = new Set(resources.map(({ type }) => type));
  return [...types].filter((type) => !isKnown(type)).sort();
}

/** Only AWS charges: what Docker and Terraform themselves keep is nowhere but on this machine. */
function isKnown(type: string): boolean {
  const byUse = BY_USE.some(({ types }) => types.includes(type));
  return !type.startsWith("aws_") || type in PRICED || byUse || FREE.has(type);
}

function chargesOf(resource: Resource, estimated: Estimated): Charge[] | undefined {
  const price = PRICED[resource.type];
  if (price) return price(resource, estimated);
  return isKnown(resource.type) ? [] : undefined;
}

/** `flask-api` of `platform-flask-api-dev` */
function partIn(environment: Named): Estimated["partOf"] {
  const [start = "", end = ""] = resourceName(environment, " ").split(" ");
  return (name) => {
    const text = String(name);
    return text.startsWith(start) && text.endsWith(end)
      ? text.slice(start.length, -end.length)
      : text;
  };
}

/** Equal charges become one of a higher count. */
function merged(charges: readonly Charge[]): Charge[] {
  const byKind = new Map<string, Charge>();
  for (const charge of charges) {
    const kind = JSON.stringify([charge.part, charge.what, charge.uses, charge.onSpot]);
    const other = byKind.get(kind);
    byKind.set(kind, other ? { ...charge, count: added(other.count, charge.count) } : charge);
  }
  return [...byKind.values()];
}

/** Services and jobs as the stacks have them; then what they share, the dearest first. */
function inOrder(lines: readonly CostLine[]): CostLine[] {
  const shared = lines.filter(({ part }) => part === SHARED);
  return [
    ...lines.filter(({ part }) => part !== SHARED),
    ...shared.sort((one, other) => other.dollars.to - one.dollars.to),
  ];
}

function added(one: Range, other: Range): Range {
  return { from: one.from + other.from, to: one.to + other.to };
}

function priced({ part, what, count, uses, onSpot = false }: Charge, prices: PriceList): CostLine {
  const list = sum(
    PRICE_NAMES.flatMap((name) => {
      const quantity = uses[name];
      return quantity === undefined ? [] : [prices.get(name) * quantity];
    }),
  );
  const each = onSpot ? list * prices.spotShare : list;
  return { part, what, count, onSpot, dollars: { from: count.from * each, to: count.to * each } };
}

function usages(resources: readonly Resource[], prices: PriceList): string[] {
  const types = new Set(resources.map(({ type }) => type));
  return BY_USE.filter((each) => each.types.some((type) => types.has(type))).map(
    ({ what, price }) => {
      const usd = price && prices.find(price);
      return price && usd !== undefined ? `${what}: ${usd} $ per ${PRICE_UNITS[price]}` : what;
    },
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function countIn(all: readonly string[], one: string): number {
  return all.filter((each) => each === one).length;
}
