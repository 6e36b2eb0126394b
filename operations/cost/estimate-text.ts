import { table } from "../terminal/table";
import type { Range } from "./charge";
import type { CostLine, Estimate } from "./estimate";

const HEAD = ["part", "what", "number from", "to", "$ a month from", "to"];

/**
 * A table that can be copied into a request for a budget: a line for each part, the total, and then what is
 * not in it.
 *
 * @param name the environment, such as `platform-dev`
 */
export function estimateText(name: string, estimate: Estimate, width?: number): string {
  const { region, lines, total, byUse, unpriced } = estimate;
  const rows = [
    ...lines.map(row),
    ["total", "", "", "", total.from.toFixed(2), total.to.toFixed(2)],
  ];
  return [
    `${name} in ${region}: ${monthly(total)}`,
    `US dollars for a month of 730 hours, at AWS's list prices of ${days(estimate.dates)}, before taxes, discounts and free tiers.`,
    table(HEAD, rows, width),
    ...(lines.some(({ onSpot }) => onSpot)
      ? [
          "Spot has no list price: it is counted at what it usually costs, and AWS changes it daily.",
        ]
      : []),
    ...section("Not in it, since it depends on use:", byUse),
    ...section("Not in it, since operations/cost/priced.ts does not know its price:", unpriced),
  ].join("\n");
}

/** `204 $ a month at the least, 812 $ at the most` */
export function monthly({ from, to }: Range): string {
  return `${dollars(from)} a month at the least, ${dollars(to)} at the most`;
}

/** Whole dollars: `1,204 $`. */
export function dollars(amount: number): string {
  return `${Math.round(amount).toLocaleString("en-US")} $`;
}

function row({ part, what, count, dollars, onSpot }: CostLine): string[] {
  const { from, to } = dollars;
  const kind = onSpot ? `${what}, on Spot` : what;
  return [part, kind, number(count.from), number(count.to), from.toFixed(2), to.toFixed(2)];
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function days([first, last]: readonly [string, string]): string {
  return first === last ? first : `${first} to ${last}`;
}

function section(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? ["", title, ...items.map((item) => `- ${item}`)] : [];
}
