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

/** A problem for each name that is not in the catalogue, with the nearest one that is. */
export function unknownServices(wanted: readonly string[], services: Services): string[] {
  const known = Object.keys(services);
  return wanted
    .filter((name) => !known.includes(name))
    .map((name) => `"${name}" is not in the catalogue${nearest(name, known)}`);
}

/** @throws Refusal that names every service that is not in the catalogue */
export function requireServices(wanted: readonly string[], services: Services): void {
  const problems = unknownServices(wanted, services);
  if (problems.length === 0) return;
  throw new Refusal(problems.join("\n"), "Correct the above and run the command again.");
}
