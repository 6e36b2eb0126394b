import path from "node:path";
import type { Command } from "commander";
import { estimate } from "../operations/cost/estimate";
import { estimateText } from "../operations/cost/estimate-text";
import { requirePrices } from "../operations/cost/price-list";
import { wantedResources } from "../operations/cost/resources";
import { Refusal } from "../operations/terminal/refusal";
import { synthesize } from "../operations/terraform/synthesis";
import { readSynthesizedStack } from "../operations/terraform/synthesized-stack";
import { STACKS } from "../operations/terraform/terraform-stack";
import { PROJECT_FOLDER, environment, readConfig } from "../project";
import { resourceName } from "../spec/names";
import { variablesOf, withEnvironment } from "./environment-argument";

/** Separate from the deployment's folder and at the same depth, as that of `plan`. */
const COST_FOLDER = path.join(PROJECT_FOLDER, ".platform", "cost.out");

interface CostOptions {
  readonly json?: boolean;
}

export function cost(command: Command): void {
  withEnvironment(command)
    .description(
      "Estimates what an environment costs in a month, by AWS's list prices: from the fewest tasks to " +
        "the most. Asks AWS nothing, so it needs no credentials and no deployment.",
    )
    .option("--json", "print JSON")
    .addHelpText("after", "\nExit codes: 0 the estimate is printed; 1 otherwise, with the reason.")
    .action(printCost);
}

async function printCost(named: string | undefined, { json }: CostOptions): Promise<void> {
  const variables = variablesOf(named);
  const { config, problems } = readConfig({ ...environment, ...variables });
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  const prices = requirePrices(config.region);
  await synthesize({ environment: variables }, COST_FOLDER);
  const stacks = STACKS.map((stack) => readSynthesizedStack(COST_FOLDER, stack));
  const result = estimate(wantedResources(stacks), config, prices);
  console.log(
    json ? JSON.stringify(result, undefined, 2) : estimateText(resourceName(config), result),
  );
}
