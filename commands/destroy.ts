import type { Command } from "commander";
import { destroyEnvironment, requireGone } from "../operations/deployment/destroy-environment";
import { readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { variablesOf } from "./environment-argument";

export function destroy(command: Command): void {
  command
    .description(
      "Destroys a whole environment with its databases, queues and buckets, platform first. It does not ask: the " +
        "environment must be named, so that a leftover variable cannot choose it. A protected " +
        "environment is refused: environments.ts and a deployment must take the protection off " +
        "first. Resources missing from the state are not touched.",
    )
    .argument("<environment>", "the suffix of the environment: dev, pr-7")
    .addHelpText("after", "\nExit codes: 0 nothing is left, 1 something is.")
    .action(destroyNamed);
}

async function destroyNamed(environment: string): Promise<void> {
  const target = readTarget(stopOnInterrupt(), variablesOf(environment));
  await requireGone(await destroyEnvironment(target), target);
}
