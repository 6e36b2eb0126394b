import { type Command, Option } from "commander";
import { TRIAL_USER, issueToken, trialUser } from "../operations/identity/token";
import { createIdentityClients } from "../operations/identity/user-pool";
import { Refusal } from "../operations/terminal/refusal";
import { environment, readConfig } from "../project";
import { variablesOf, withEnvironment } from "./environment-argument";

interface TokenOptions {
  readonly user?: string;
}

export function token(command: Command): void {
  withEnvironment(command)
    .description(
      "Prints an access token for trying out the services of an environment, and nothing else: " +
        '-H "Authorization: Bearer $(npx platform token dev)". Its user is created if it is missing, ' +
        "and gets a new random password, which is not kept. Needs a deployed environment with a user " +
        'pool of its own; on the local AWS: eval "$(npx platform env)" first.',
    )
    .addOption(
      new Option(
        "--user <name>",
        `the user that the token is for (default: ${TRIAL_USER}; a protected environment has no default)`,
      ).argParser(readUser),
    )
    .addHelpText("after", "\nExit codes: 0 the token is printed; 1 otherwise, with the reason.")
    .action(printToken);
}

async function printToken(named: string | undefined, options: TokenOptions): Promise<void> {
  const { config, problems } = readConfig({ ...environment, ...variablesOf(named) });
  if (problems.length > 0) {
    throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
  }
  const user = options.user ?? trialUser(config);
  const clients = createIdentityClients({ region: config.region, maxAttempts: 3 });
  const { token, seconds } = await issueToken(clients, config, user);
  console.error(`A token of ${user} in ${config.suffix}, valid for ${seconds / 60} minutes:`);
  console.log(token);
}

/** Cognito's rule for names, without those that a shell or a log could confuse. */
function readUser(name: string): string {
  if (/^[\w.@+-]{1,128}$/.test(name)) return name;
  throw new Refusal(
    `--user is ${JSON.stringify(name)}; it must be 1 to 128 letters, digits and _.@+-`,
    "Name another user.",
  );
}
