import { writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "prettier";
import { type PriceFile, readPriceFile } from "../../operations/cost/price-list";
import { run } from "../../operations/terminal/run";
import { PROJECT_FOLDER } from "../../project";
import { download } from "./download";
import type { Offer } from "./offer-file";
import { PRODUCTS } from "./products";
import { refreshed } from "./refreshed";

const FILE = path.join(PROJECT_FOLDER, "operations/cost/prices.json");

/**
 * `npx tsx tools/prices/refresh.ts [region…]`: reads the prices of the regions, by default of all in the file,
 * from AWS's price lists, and writes them with the lists' dates.
 *
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-ppslong.html
 */
async function refresh(regions: readonly string[]): Promise<void> {
  let file: PriceFile = readPriceFile();
  const offers = [...new Set(Object.values(PRODUCTS).map(({ offer }) => offer))];
  for (const region of regions.length > 0 ? regions : Object.keys(file.regions)) {
    const lists = new Map<string, Offer>();
    for (const offer of offers) {
      console.error(`Reading ${offer} of ${region}`);
      const list = await download(offer, region);
      if (list) lists.set(offer, list);
    }
    file = refreshed(file, region, lists);
    const found = [...lists.values()].reduce((count, { prices }) => count + prices.size, 0);
    const all = Object.keys(PRODUCTS).length;
    console.error(`${region}: ${found} of ${all} prices are from its lists`);
  }
  writeFileSync(FILE, await format(JSON.stringify(file), { parser: "json", printWidth: 100 }));
}

if (require.main === module) run(() => refresh(process.argv.slice(2)));
