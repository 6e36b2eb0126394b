import { PRICE_NAMES, type PriceName } from "../../operations/cost/price-names";
import { Refusal } from "../../operations/terminal/refusal";
import { PRODUCTS, type Product } from "./products";

/** What one of AWS's price lists says. */
export interface Offer {
  /** The day of its publication. */
  readonly date: string;
  readonly prices: ReadonlyMap<PriceName, number>;
}

/** The billing code of a region before a usage type: `EU-`, `USE1-`, and of KMS `eu-west-2-`. */
const REGION = /^(?:EU|[A-Z]{2,3}[A-Z]?\d|[a-z]{2}(?:-[a-z]+)+-\d)-/;

type Row = Readonly<Record<string, string>>;

/**
 * Reads a price list of one service and region line by line: that of EC2 has hundreds of megabytes. Of a price
 * in steps it takes the first that is not free.
 *
 * @param lines of the CSV: five of metadata, one with the names of the columns, and then one for each price
 * @throws Refusal if a product has two prices, because then the list is not what this expects
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
 */
export async function readOffer(offer: string, lines: AsyncIterable<string>): Promise<Offer> {
  const wanted = PRICE_NAMES.flatMap((name) => {
    const product = PRODUCTS[name];
    return product?.offer === offer ? [{ name, product }] : [];
  });
  const found = new Map<PriceName, { from: number; usd: number }>();
  let columns: string[] | undefined;
  let date = "";
  for await (const line of lines) {
    if (!columns) {
      const [first, second = ""] = fieldsOf(line);
      if (first === "Publication Date") date = second.slice(0, 10);
      if (first === "SKU") columns = fieldsOf(line);
      continue;
    }
    for (const { name, product } of wanted) {
      if (!product.usages.some((usage) => line.includes(usage))) continue;
      const row = rowOf(columns, line);
      if (!isPriceOf(product, row)) continue;
      const usd = Number(row["PricePerUnit"]) * (product.units ?? 1);
      const from = Number(row["StartingRange"] ?? 0) || 0;
      const other = found.get(name);
      if (usd === 0 || (other && other.from < from)) continue;
      if (other?.from === from && other.usd !== usd) throw ambiguous(offer, name);
      found.set(name, { from, usd });
    }
  }
  const prices = [...found].map(([name, { usd }]): [PriceName, number] => [name, rounded(usd)]);
  return { date, prices: new Map(prices) };
}

function isPriceOf(product: Product, row: Row): boolean {
  const usage = row["usageType"] ?? "";
  return (
    row["TermType"] === "OnDemand" &&
    row["Currency"] === "USD" &&
    [usage, usage.replace(REGION, "")].some((each) => product.usages.includes(each)) &&
    (product.operation === undefined || row["operation"] === product.operation) &&
    (product.engine === undefined || row["Database Engine"] === product.engine)
  );
}

function rowOf(columns: readonly string[], line: string): Row {
  const fields = fieldsOf(line);
  return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""]));
}

/** AWS quotes each field, and writes no line break into one. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, field = ""]) => field.replace(/""/g, '"'));
}

/** Without the error of a product of two binary fractions. */
function rounded(usd: number): number {
  return Number(usd.toPrecision(10));
}

function ambiguous(offer: string, name: PriceName): Refusal {
  return new Refusal(
    `AWS's price list ${offer} has more than one price for ${name}.`,
    "Make its entry in tools/prices/products.ts narrower.",
  );
}
