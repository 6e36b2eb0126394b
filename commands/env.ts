import type { Command } from "commander";
import { environment } from "../project";
import { prepareTerraform } from "../local/machine/terraform";
import { readLocalSettings } from "../local/aws/settings";
import { enteringLines, leavingLines } from "../local/aws/shell-lines";
import { variablesOf, withEnvironment } from "./environment-argument";

export function env(command: Command): void {
  withEnvironment(command)
    .description(
      'Prints the variables that point a shell to the local AWS: eval "$(npx platform env)". Every AWS ' +
        "tool then uses it, and npx cdktf deploy registry images platform works there as on AWS. " +
        "The shell must be sh, bash, zsh or ksh; in fish, start one of them first. Run platform up or " +
        "platform local-aws once before.",
    )
    .option("--leave", 'print what restores the variables: eval "$(npx platform env --leave)"')
    .action(async (named: string | undefined, { leave }: { leave?: boolean }) => {
      console.log(leave ? leavingLines() : await linesFor(named));
    });
}

async function linesFor(named: string | undefined): Promise<string> {
  const settings = readLocalSettings({ ...environment, ...variablesOf(named) });
  const { binary } = await prepareTerraform({
    cacheFolder: settings.cacheFolder,
    path: environment["PATH"] ?? "",
    goProxy: environment["GOPROXY"],
    report: console.error,
  });
  const variables = { ...settings.environment, TERRAFORM_BINARY_NAME: binary };
  return enteringLines(variables, Object.keys(environment));
}
