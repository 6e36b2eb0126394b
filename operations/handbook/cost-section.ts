import { SHARED } from "../cost/charge";
import { monthly } from "../cost/estimate-text";
import type { CostLine, Estimate } from "../cost/estimate";
import type { Handbook } from "./handbook";
import { type Section, code, commands, paragraph } from "./rendering/document";

/** What the environment costs in a month, by service and by what all share. */
export function costSection({ cost, environment, region }: Handbook): Section {
  if (!cost)
    return {
      title: "Cost",
      blocks: [
        paragraph(
          `The prices of ${region} are not known. This reads AWS's price list: `,
          code(`npx tsx tools/prices/refresh.ts ${region}`),
        ),
      ],
    };
  return {
    title: "Cost",
    blocks: [
      paragraph(
        `${monthly(cost.total)}, at AWS's list prices. The range is from the fewest tasks and the smallest database to the most.`,
      ),
      {
        kind: "table",
        caption: "US dollars a month",
        head: ["part", "what", "from", "to"],
        rows: [
          ...[...parts(cost)].map(([part, lines]) => [
            part === SHARED ? "shared by all" : part,
            lines.map(({ what, onSpot }) => (onSpot ? `${what}, on Spot` : what)).join(", "),
            sum(lines.map(({ dollars }) => dollars.from)),
            sum(lines.map(({ dollars }) => dollars.to)),
          ]),
          ["total", "", cost.total.from.toFixed(2), cost.total.to.toFixed(2)],
        ],
      },
      paragraph("What depends on use is not in it:"),
      { kind: "list", items: cost.byUse },
      ...(cost.unpriced.length > 0
        ? [paragraph(`Nor is what has no known price: ${cost.unpriced.join(", ")}.`)]
        : []),
      commands(`npx platform cost ${environment}`),
    ],
  };
}

function parts({ lines }: Estimate): ReadonlyMap<string, readonly CostLine[]> {
  const byPart = new Map<string, CostLine[]>();
  for (const line of lines) byPart.set(line.part, [...(byPart.get(line.part) ?? []), line]);
  return byPart;
}

function sum(numbers: readonly number[]): string {
  return numbers.reduce((total, each) => total + each, 0).toFixed(2);
}
