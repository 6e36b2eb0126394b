import type { Command } from "commander";

/** Adds an environment argument to a command; it takes precedence over `PLATFORM_SUFFIX`. */
export function withEnvironment(command: Command): Command {
  return command.argument(
    "[environment]",
    "an entry of environments.ts, or a preview such as pr-7 (default: PLATFORM_SUFFIX, or dev)",
  );
}

/** The variables that select an environment; none when it is omitted. */
export function variablesOf(environment: string | undefined): Readonly<Record<string, string>> {
  return environment === undefined ? {} : { PLATFORM_SUFFIX: environment };
}
