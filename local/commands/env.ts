import { environment } from "../../project";
import { prepareTerraform } from "../machine/terraform";
import { run } from "../../operations/terminal/run";
import { readLocalSettings } from "../aws/settings";

/**
 * `eval "$(npm run --silent env)"`: makes a shell deploy to the local AWS, so that `npx cdktf deploy
 * registry images platform` does there what it does on AWS. `npm run up` comes once before.
 */
async function printEnvironment(): Promise<void> {
  const settings = readLocalSettings();
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

run(printEnvironment);
