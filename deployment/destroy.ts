import { requireStatePlace } from "../preflight/phase";
import { resourceName } from "../stacks/names";
import { destroyStack } from "./destroy-stack";
import { stopOnInterrupt } from "./interruption";
import { phaseTable } from "./phase-table";
import { runPhases } from "./phases";
import { Refusal } from "./refusal";
import { Failure, run } from "./run";
import { readTarget } from "./target";
import { STACKS, StackFailure } from "./terraform-stack";

/**
 * `npm run destroy -- SUFFIX`: destroys all of the environment, platform first. It needs the suffix as
 * an argument, so that no variable left in a shell destroys the wrong one. What a stack's state does
 * not know is not touched.
 */
async function destroy(args: readonly string[]): Promise<void> {
  const target = readTarget(stopOnInterrupt());
  const { config, signal } = target;
  if (args.length !== 1 || args[0] !== config.suffix) {
    throw new Refusal(
      `this would destroy ${resourceName(config)} in ${config.region} with its databases; the argument must say so, and is "${args.join(" ")}"`,
      `npm run destroy -- ${config.suffix}`,
    );
  }
  await requireStatePlace(target);
  const phases = [...STACKS].reverse().map((stack) => ({
    title: `Stack ${stack}`,
    run: (report: (line: string) => void) => destroyStack(stack, target, report),
  }));
  try {
    console.log(phaseTable(await runPhases(phases, signal)));
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    throw new Failure([
      `${error.message}; what is left can be destroyed by the same command.`,
      ...error.errors,
    ]);
  }
}

run(() => destroy(process.argv.slice(2)));
