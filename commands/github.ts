import type { Command } from "commander";
import { environments } from "../environments";
import { githubApi } from "../operations/github/api";
import { gateProblems, gatesOf } from "../operations/github/environments";
import { Refusal } from "../operations/terminal/refusal";
import { Failure } from "../operations/terminal/run";
import { environment } from "../project";

export function github(command: Command): void {
  command
    .description(
      "Checks that every environment exists on GitHub with the protection that the roles rely on: " +
        "which branches deploy, and who approves. Needs GITHUB_TOKEN. Reads only.",
    )
    .addHelpText("after", "\nExit codes: 0 all are protected, 1 one is not, or cannot be read.")
    .action(checkEnvironments);
}

async function checkEnvironments(): Promise<void> {
  const found = await githubApi(environment);
  if ("missing" in found) {
    throw new Refusal(
      `The environments on GitHub cannot be read: ${found.missing}.`,
      "In a workflow: permissions actions: read, and GITHUB_TOKEN: ${{ github.token }}",
    );
  }
  const gates = gatesOf(environments);
  const problems = await gateProblems(found.api, gates);
  if (problems.length > 0) {
    throw new Failure(problems.flatMap(({ problem, fix }) => [`✖ ${problem}`, `  → ${fix}`]));
  }
  console.log(`✔ ${gates.map(({ name }) => name).join(", ")} in ${found.api.repository}`);
}
