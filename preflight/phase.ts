import type { Phase } from "../deployment/phases";
import { Failure } from "../deployment/run";
import { type PreflightContext, type Problem, problemsOf, runChecks } from "./preflight";

/**
 * The checks as a step of a deployment, before its first stack: a problem ends it while there is
 * nothing to undo.
 *
 * @param context what is known once the steps before have run
 */
export function preflightPhase(context: () => PreflightContext): Phase {
  return {
    title: "Preflight",
    run: async (report) => {
      const outcomes = await runChecks(context(), report);
      const problems = problemsOf(outcomes);
      if (problems.length > 0) {
        throw new Failure(["No stack was deployed:", ...problems.flatMap(problemLines)]);
      }
      return `${outcomes.length} checks`;
    },
  };
}

function problemLines({ problem, mend }: Problem): string[] {
  return [`✖ ${problem}`, `  → ${mend}`];
}
