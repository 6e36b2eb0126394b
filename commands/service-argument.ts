import type { Command } from "commander";
import { Refusal } from "../operations/terminal/refusal";
import { nearest } from "../spec/nearest";
import type { Services } from "../spec/service/spec";

/** Adds the arguments of a command that changes one service, whose environment must be named. */
export function withService(command: Command): Command {
  return command
    .argument("<environment>", "an entry of environments.ts, or a preview such as pr-7")
    .argument("<service>", "a service of the catalogue");
}

/** @throws Refusal that names every service that is not in the catalogue */
export function requireServices(wanted: readonly string[], services: Services): void {
  const known = Object.keys(services);
  const problems = wanted
    .filter((name) => !known.includes(name))
    .map((name) => `"${name}" is not in the catalogue${nearest(name, known)}`);
  if (problems.length === 0) return;
  throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
}
