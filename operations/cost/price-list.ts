import * as z from "zod/mini";
import { Refusal } from "../terminal/refusal";
import data from "./prices.json";
import { PRICE_NAMES, PRICE_UNITS, type PriceName } from "./price-names";

/** A price in US dollars, and the entry of `sources` that says where it comes from. */
const price = z.strictObject({
  usd: z.number().check(z.positive("it must be more than 0")),
  source: z.string(),
});

const prices = z.partialRecord(z.enum(PRICE_NAMES), price);

/** Where numbers come from, and the day on which they were so, where it says one. */
const source = z.strictObject({
  from: z.string().check(z.minLength(1)),
  date: z.exactOptional(z.iso.date()),
});

/**
 * The file of prices. What a region does not have is taken from `everyRegion`, which holds what AWS charges
 * alike in all of its commercial regions. A number that nobody has seen is left out, never guessed.
 */
const priceFile = z
  .strictObject({
    sources: z.record(z.string(), source),
    /** What a task costs on Spot, as a part of its price on demand. AWS changes it with supply and demand. */
    spotShare: price,
    everyRegion: prices,
    regions: z.record(z.string(), prices),
  })
  .check(
    z.refine(
      (file) => [...usedSources(file)].every((id) => id in file.sources),
      "each price must name an entry of sources",
    ),
  );

export type PriceFile = z.output<typeof priceFile>;

type Prices = z.output<typeof prices>;

/** The entries of `sources` that any price names. */
export function usedSources(file: {
  readonly spotShare: z.output<typeof price>;
  readonly everyRegion: Prices;
  readonly regions: Readonly<Record<string, Prices>>;
}): Set<string> {
  const lists: Prices[] = [file.everyRegion, ...Object.values(file.regions)];
  const used = lists.flatMap((list) => Object.values(list));
  return new Set([file.spotShare, ...used].map(({ source }) => source));
}

/** The prices of one region. */
export interface PriceList {
  readonly region: string;
  readonly spotShare: number;
  /** The first and the last day of the numbers that have one: `2026-09-11`. */
  readonly dates: readonly [string, string];
  /** `undefined` if the file has none, for the region or for all. */
  readonly find: (name: PriceName) => number | undefined;
  /** @throws Refusal if the file has none */
  readonly get: (name: PriceName) => number;
}

/** Reads what is in prices.json. @throws Refusal with every mistake in it */
export function readPriceFile(content: unknown = data): PriceFile {
  const read = priceFile.safeParse(content);
  if (read.success) return read.data;
  throw new Refusal(
    `operations/cost/prices.json is wrong:\n${z.prettifyError(read.error)}`,
    "Correct it, or take it from the last commit: git checkout operations/cost/prices.json",
  );
}

/** The prices of a region; `undefined` if the file has none of it. */
export function pricesOf(region: string, file: PriceFile = readPriceFile()): PriceList | undefined {
  const own = file.regions[region];
  if (!own) return undefined;
  const all = { ...file.everyRegion, ...own };
  const find = (name: PriceName) => all[name]?.usd;
  const dates = Object.values(all)
    .flatMap((each) => file.sources[each.source]?.date ?? [])
    .sort();
  return {
    region,
    spotShare: file.spotShare.usd,
    dates: [dates[0] ?? "", dates.at(-1) ?? ""],
    find,
    get: (name) => find(name) ?? missing(`${name} (US dollars per ${PRICE_UNITS[name]})`, region),
  };
}

/** The same, for a command that has nothing to say without them. @throws Refusal */
export function requirePrices(region: string, file?: PriceFile): PriceList {
  return pricesOf(region, file) ?? missing("prices", region);
}

function missing(what: string, region: string): never {
  throw new Refusal(
    `operations/cost/prices.json does not have ${what} of ${region}.`,
    `Read AWS's price list: npx tsx tools/prices/refresh.ts ${region}`,
  );
}
