import { type Command, InvalidArgumentError } from "commander";
import { type RolledBack, rollBack } from "../operations/rollouts/rollback";
import { type Target, readTarget } from "../operations/target/target";
import { stopOnInterrupt } from "../operations/terminal/interruption";
import { runPhases } from "../operations/terminal/phases";
import type { Report } from "../operations/terminal/refusal";
import { INTERRUPTED } from "../operations/terminal/run";
import { specOf } from "../spec/service/spec";
import { variablesOf } from "./environment-argument";
import { requireServices, withService } from "./service-argument";

interface RollbackOptions {
  readonly to?: number;
}

export function rollbackService(command: Command): void {
  withService(command)
    .description(
      "Puts the revision that ECS has deployed with success before in the place of a service's present " +
        "one, and waits until its tasks are healthy. Before that it checks that the revision, its images " +
        "and its secrets still exist. It undoes no database migration and no change of the catalogue: " +
        "the next deployment deploys what the commit says. A rollback over the removal of a secret by ARN, or of " +
        "`database`, cannot start: the right to read it went with it. Ctrl-C ends only the wait. On the local " +
        'AWS: eval "$(npx platform env)" first.',
    )
    .option(
      "--to <revision>",
      "the number of another revision: 4 of platform-web-dev:4",
      readNumber,
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 the earlier version is healthy, 1 refused or failed, with the reason, 130 interrupted.",
    )
    .action(rollBackIn);
}

async function rollBackIn(named: string, service: string, { to }: RollbackOptions): Promise<void> {
  const signal = stopOnInterrupt("Interrupted.", () => process.exit(INTERRUPTED));
  const target = readTarget(signal, variablesOf(named));
  requireServices([service], target.services);
  const done: RolledBack[] = [];
  const run = async (report: Report) => {
    const result = await rollBack({ ...target, service, report, to });
    done.push(result);
    return `${result.to.revision} is healthy`;
  };
  await runPhases([{ title: `Rollback of ${service} in ${target.config.suffix}`, run }], signal);
  for (const result of done) console.log(whatRemains(service, target, result).join("\n"));
}

/** What a rollback leaves to do, which no message before it has said. */
function whatRemains(service: string, target: Target, { from, to }: RolledBack): string[] {
  const { suffix } = target.config;
  const { database, migrate } = specOf(service, target.services);
  return [
    `${service} runs ${to.revision} (${to.image}) in the place of ${from.revision} (${from.image}).`,
    ...(migrate && database ? ["Migrations are not undone: its database stays as it is."] : []),
    `→ The next \`npx platform deploy ${suffix}\` deploys what the commit says. If that is ${from.image}, revert it first.`,
  ];
}

function readNumber(given: string): number {
  const number = Number(given);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError("It must be the number of a revision, such as 4.");
}
