import type { Command } from "commander";
import { environments } from "../environments";
import { githubApi } from "../operations/github/api";
import { codeOwnerProblems } from "../operations/github/code-owners";
import { gateProblems, gatesOf } from "../operations/github/environments";
import { Refusal } from "../operations/terminal/refusal";
import { Failure } from "../operations/terminal/run";
import { environment } from "../project";

export function github(command: Command): void {
  command
    .description(
      "Checks that every environment exists on GitHub with the protection that the roles rely on: " +
        "which branches deploy, and who approves; and that it knows the owners in CODEOWNERS. " +
        "Needs GITHUB_TOKEN. Reads only.",
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
  const gated = await gateProblems(found.api, gates);
  // What cannot be read at all is said once.
  const problems = gated.length > 0 ? gated : await codeOwnerProblems(found.api);
  if (problems.length > 0) {
    throw new Failure(problems.flatMap(({ problem, fix }) => [`✖ ${problem}`, `  → ${fix}`]));
  }
  console.log(`✔ ${gates.map(({ name }) => name).join(", ")} in ${found.api.repository}`);
}
