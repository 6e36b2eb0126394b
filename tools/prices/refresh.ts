import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { format } from "prettier";
import { type PriceFile, readPriceFile } from "../../operations/cost/price-list";
import { Refusal } from "../../operations/terminal/refusal";
import { run } from "../../operations/terminal/run";
import { PROJECT_FOLDER } from "../../project";
import { type Offer, readOffer } from "./offer-file";
import { PRODUCTS } from "./products";
import { refreshed } from "./refreshed";

const FILE = path.join(PROJECT_FOLDER, "operations/cost/prices.json");

/** AWS's lists are public, so this needs no credentials. */
const LISTS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws";

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
      lists.set(offer, await download(offer, region));
    }
    file = refreshed(file, region, lists);
    const found = [...lists.values()].reduce((count, { prices }) => count + prices.size, 0);
    const all = Object.keys(PRODUCTS).length;
    console.error(`${region}: ${found} of ${all} prices are from its lists`);
  }
  writeFileSync(FILE, await format(JSON.stringify(file), { parser: "json", printWidth: 100 }));
}

async function download(offer: string, region: string): Promise<Offer> {
  const url = `${LISTS}/${offer}/current/${region}/index.csv`;
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) {
    throw new Refusal(
      `${url} answers ${answer.status}.`,
      "Check the region's name, and that this machine reaches AWS; then run the command again.",
    );
  }
  return await readOffer(
    offer,
    createInterface({ input: Readable.fromWeb(answer.body), crlfDelay: Infinity }),
  );
}

if (require.main === module) run(() => refresh(process.argv.slice(2)));
