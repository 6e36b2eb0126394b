import type { Command } from "commander";

/** Lets a command take an environment, which wins over `PLATFORM_SUFFIX`. */
export function withEnvironment(command: Command): Command {
  return command.argument(
    "[environment]",
    "an entry of environments.ts, or a preview such as pr-7 (default: PLATFORM_SUFFIX, or dev)",
  );
}

/** The variables that an environment's name stands for; none where it is left out. */
export function variablesOf(environment: string | undefined): Readonly<Record<string, string>> {
  return environment === undefined ? {} : { PLATFORM_SUFFIX: environment };
}
