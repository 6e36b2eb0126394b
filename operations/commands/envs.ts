import {
  type DeployedEnvironment,
  PREVIEWS,
  readEnvironments,
} from "../environments/environment-list";
import { plainTable } from "../terminal/table";
import { Refusal } from "../terminal/refusal";
import { run } from "../terminal/run";

/**
 * `npm run envs [-- --json | --expired]`: what is deployed of the platform in the account and the
 * region. Reads only. Works on AWS with the credentials of the shell, and on the local AWS after
 * `eval "$(npm run --silent env)"`. `--expired` prints the suffixes alone of the previews that
 * `npm run destroy:expired` would destroy, one a line, in the region that previews have.
 */
async function envs(args: readonly string[]): Promise<void> {
  const [option, ...more] = args;
  if (more.length > 0 || !["--json", "--expired", undefined].includes(option)) {
    throw new Refusal(
      `envs cannot be asked for ${args.join(" ")}.`,
      "--json, --expired or nothing",
    );
  }
  const { config, environments } = await readEnvironments(option === "--expired" ? PREVIEWS : {});
  if (option === "--json") {
    console.log(JSON.stringify(environments, undefined, 2));
  } else if (option === "--expired") {
    for (const { suffix, expired } of environments) if (expired) console.log(suffix);
  } else if (environments.length === 0) {
    console.log(`Nothing of ${config.name} is deployed in ${config.region}.`);
  } else {
    console.log(`${config.name} in ${config.region}`);
    console.log(table(environments));
  }
}

function table(environments: readonly DeployedEnvironment[]): string {
  const rows = plainTable(["environment", "resources", "since", "expires", "URL"]);
  for (const { suffix, resources, since, expires, expired, url } of environments) {
    const end = expired ? `${expires ?? ""}, expired` : (expires ?? "never");
    rows.push([suffix, resources, since ?? "unknown", end, url ?? "none yet"]);
  }
  return rows.toString();
}

run(() => envs(process.argv.slice(2)));
