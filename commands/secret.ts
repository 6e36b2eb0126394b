import type { Command } from "commander";
import { restartWithSecret } from "../operations/rollouts/secret-restart";
import { parameterToRemove, requireSettable } from "../operations/secrets/named-secret";
import { deleteParameters, putSecret, storedSecrets } from "../operations/secrets/parameters";
import { setCommand } from "../operations/secrets/secret-command";
import { listSecrets } from "../operations/secrets/secret-list";
import { WAYS, readSecretValue } from "../operations/secrets/secret-value";
import { createClients } from "../operations/target/clients";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { every } from "../operations/terminal/progress";
import { Refusal } from "../operations/terminal/refusal";
import { INTERRUPTED } from "../operations/terminal/run";
import { table } from "../operations/terminal/table";
import { environment, readConfig } from "../project";
import { PREVIEW, isPreview } from "../spec/environment/preview-suffix";
import { variablesOf } from "./environment-argument";

interface SetOptions {
  readonly restart?: boolean;
}

/** Between two lines about the tasks that are replaced. */
const QUIET_MS = 10_000;

const LOCALLY = 'On the local AWS: eval "$(npx platform env)" first.';

export function secret(command: Command): void {
  command.description(
    "Sets, lists and removes the secrets of an environment's services: SSM parameters, encrypted, which " +
      `tasks get as variables. ${LOCALLY}`,
  );
  named(command, "set")
    .summary("set a secret, from a prompt or standard input")
    .description(
      "Sets a secret. Its value is typed at a prompt that does not show it, or is all of the standard " +
        "input but one newline at its end; it is never an argument. Tasks that start afterwards have it. " +
        `All previews share their secrets. ${LOCALLY}`,
    )
    .option("--restart", "replace the service's tasks, and wait until they are healthy")
    // What is unknown may be the value: Commander would repeat it.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nExit codes: 0 it is set, 1 it is not, or the restart failed.")
    .action(set);
  command
    .command("list")
    .summary("list the secrets, without their values")
    .description(`Lists each service's secrets: set or missing, and when changed. ${LOCALLY}`)
    .argument("<environment>", "the suffix of the environment: dev, pr-7")
    .action(list);
  named(command, "remove")
    .summary("remove a secret")
    .description(
      `Removes a secret. Tasks that run keep it; those that need it no longer start. ${LOCALLY}`,
    )
    .action(remove);
}

function named(command: Command, name: string): Command {
  return command
    .command(name)
    .argument("<environment>", "the suffix of the environment: dev, pr-7")
    .argument("<service>", "a service of the catalogue")
    .argument("<name>", "the variable: STRIPE_KEY");
}

async function set(
  suffix: string,
  service: string,
  name: string,
  options: SetOptions,
  { args }: Command,
): Promise<void> {
  if (args.length > 3) {
    throw new Refusal(
      "secret set takes an environment, a service, a name and --restart, and nothing else. If that was the value, it is in your shell's history now: choose another one.",
      WAYS,
    );
  }
  const { config, services, clients } = open(suffix);
  requireSettable(config, services, service, name);
  const value = await readSecretValue(process.stdin, `${name} of ${service} in ${config.suffix}: `);
  await putSecret(clients.ssm, config, { service, name, value });
  const place = isPreview(config.suffix) ? "all previews" : config.suffix;
  console.log(`${name} of ${service} is set in ${place}.`);
  if (options.restart) {
    const signal = stopOnInterrupt("Interrupted.", () => process.exit(INTERRUPTED));
    const report = every(QUIET_MS, (line) => {
      console.error(line);
    });
    const rollout = { service, config, services, clients, signal, report };
    console.log(await restartWithSecret(rollout));
  } else {
    console.log("Tasks that start from now on have it; --restart replaces the running ones.");
  }
}

async function list(suffix: string): Promise<void> {
  const { config, services, clients } = open(suffix);
  const secrets = listSecrets(config, services, await storedSecrets(clients.ssm, config));
  if (secrets.length === 0) {
    console.log("No service has secrets.");
    return;
  }
  const rows = secrets.map(({ service, name, state, detail }) => [service, name, state, detail]);
  console.log(table(["service", "secret", "state", "changed, or kept in"], rows));
  for (const { service, name, state } of secrets) {
    if (state === "missing") console.log(`→ ${setCommand(config, service, name)}`);
  }
}

async function remove(suffix: string, service: string, name: string): Promise<void> {
  const { config, services, clients } = open(suffix);
  const stored = await storedSecrets(clients.ssm, config);
  const parameter = parameterToRemove({ config, services }, stored, service, name);
  await deleteParameters(clients.ssm, [parameter]);
  console.log(
    `${name} of ${service} is removed from ${isPreview(config.suffix) ? `all previews (${PREVIEW})` : config.suffix}.`,
  );
}

function open(suffix: string) {
  const { config, services, problems } = readConfig({ ...environment, ...variablesOf(suffix) });
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  const clients = createClients({ region: config.region, maxAttempts: 3 });
  return { config, services, clients };
}
