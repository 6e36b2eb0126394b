import { type Command, InvalidArgumentError } from "commander";
import { environments } from "../environments";
import { services } from "../services";

/** Adds an environment argument to a command; it takes precedence over `PLATFORM_SUFFIX`. */
export function withEnvironment(command: Command): Command {
  return command.argument(
    "[environment]",
    "an entry of environments.ts, or a preview such as pr-7 (default: PLATFORM_SUFFIX, or dev)",
    environmentName,
  );
}

/**
 * The name as it is given; whether there is such an environment, the configuration decides.
 *
 * @throws InvalidArgumentError for a service: whoever leaves the environment out means one
 */
export function environmentName(given: string): string {
  if (!Object.hasOwn(services, given) || Object.hasOwn(environments, given)) return given;
  throw new InvalidArgumentError(
    `${given} is a service: name its environment first, as in "dev ${given}".`,
  );
}

/** The variables that select an environment; none when it is omitted. */
export function variablesOf(environment: string | undefined): Readonly<Record<string, string>> {
  return environment === undefined ? {} : { PLATFORM_SUFFIX: environment };
}
