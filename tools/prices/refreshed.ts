import { type PriceFile, readPriceFile, usedSources } from "../../operations/cost/price-list";
import type { Offer } from "./offer-file";

/** A region's prices by the lists of its services. */
export type Offers = ReadonlyMap<string, Offer>;

/**
 * The file with a region's prices replaced by those of its lists. A price that no list has stays as it was, and
 * so does its source; sources that nothing uses any more go.
 */
export function refreshed(file: PriceFile, region: string, offers: Offers): PriceFile {
  const prices = { ...file.regions[region] };
  const sources = { ...file.sources };
  for (const [offer, { date, prices: listed }] of offers) {
    const source = `${offer} ${date}`;
    sources[source] = { from: `AWS Price List Bulk API, ${offer}`, date };
    for (const [name, usd] of listed) prices[name] = { usd, source };
  }
  const regions = { ...file.regions, [region]: prices };
  const used = usedSources({ ...file, regions });
  return readPriceFile({
    ...file,
    sources: Object.fromEntries(Object.entries(sources).filter(([id]) => used.has(id))),
    regions,
  });
}
