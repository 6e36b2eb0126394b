import type { Command } from "commander";
import { environment } from "../project";
import { prepareTerraform } from "../local/machine/terraform";
import { readLocalSettings } from "../local/aws/settings";
import { variablesOf, withEnvironment } from "./environment-argument";

export function env(command: Command): void {
  withEnvironment(command)
    .description(
      'Prints the variables that point a shell to the local AWS: eval "$(npx platform env)". Then npx ' +
        "cdktf deploy registry images platform works there as on AWS. Run platform up or platform " +
        "local-aws once first.",
    )
    .action(printEnvironment);
}

async function printEnvironment(named: string | undefined): Promise<void> {
  const settings = readLocalSettings({ ...environment, ...variablesOf(named) });
  const { binary } = await prepareTerraform({
    cacheFolder: settings.cacheFolder,
    path: environment["PATH"] ?? "",
    goProxy: environment["GOPROXY"],
    report: console.error,
  });
  const variables = { ...settings.environment, TERRAFORM_BINARY_NAME: binary };
  for (const [name, value] of Object.entries(variables)) {
    console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
  }
}
