import { type Command, Option } from "commander";
import {
  type DeployedEnvironment,
  PREVIEWS,
  readEnvironments,
} from "../operations/environments/environment-list";
import { table } from "../operations/terminal/table";

interface EnvsOptions {
  readonly json?: boolean;
  readonly expired?: boolean;
}

export function envs(command: Command): void {
  command
    .description("Lists the platform's environments in the account and region. Reads only.")
    .option("--json", "print JSON")
    .addOption(
      new Option(
        "--expired",
        "print the suffixes of the previews that destroy-expired would destroy, one per line",
      ).conflicts("json"),
    )
    .action(list);
}

async function list({ json = false, expired = false }: EnvsOptions): Promise<void> {
  const { config, environments } = await readEnvironments(expired ? PREVIEWS : {});
  if (json) {
    console.log(JSON.stringify(environments, undefined, 2));
  } else if (expired) {
    for (const each of environments) if (each.expired) console.log(each.suffix);
  } else if (environments.length === 0) {
    console.log(`Nothing of ${config.name} is deployed in ${config.region}.`);
  } else {
    console.log(`${config.name} in ${config.region}`);
    console.log(
      table(["environment", "resources", "since", "expires", "URL"], environments.map(row)),
    );
  }
}

function row({ suffix, resources, since, expires, expired, url }: DeployedEnvironment): string[] {
  const end = expired ? `${expires ?? ""}, expired` : (expires ?? "never");
  return [suffix, String(resources), since ?? "unknown", end, url ?? "none yet"];
}
