import { requireStatePlace } from "../preflight/phase";
import { NOTHING, destroyStack } from "./destroy-stack";
import { type PhaseResult, runPhases } from "./phases";
import { Failure } from "./run";
import type { Target } from "./target";
import { STACKS, StackFailure } from "./terraform-stack";

/**
 * Destroys all of an environment, platform first. What a stack's state does not know is not touched.
 *
 * @throws Failure with Terraform's words; the same command goes on from there
 */
export async function destroyEnvironment(target: Target): Promise<PhaseResult[]> {
  await requireStatePlace(target);
  const phases = [...STACKS].reverse().map((stack) => ({
    title: `Stack ${stack}`,
    run: (report: (line: string) => void) => destroyStack(stack, target, report),
  }));
  try {
    return await runPhases(phases, target.signal);
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    throw new Failure([
      `${error.message}; what is left can be destroyed by the same command.`,
      ...error.errors,
    ]);
  }
}

/** Whether no state knew of anything: what there is was deployed with states that lie elsewhere. */
export function wasUnknown(results: readonly PhaseResult[]): boolean {
  return results.every(({ outcome }) => outcome === NOTHING);
}
