import type { Phase } from "../terminal/phases";
import { Failure } from "../terminal/run";
import { createClients } from "./clients";
import { credentials } from "./credentials";
import {
  type PreflightContext,
  type Problem,
  limited,
  problemsOf,
  runChecks,
  stateChecks,
} from "./preflight";

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

/**
 * The place of the states, before Terraform is asked for the first of them: `terraform init` would end
 * with less to go by, or make the workspaces that are missing.
 *
 * @throws Failure with every problem and its fix
 */
export async function requireStatePlace(context: PreflightContext): Promise<void> {
  const checks = stateChecks(context.config);
  const problems = problemsOf(await runChecks(context, undefined, checks));
  if (problems.length === 0) return;
  throw new Failure(["Terraform was not started:", ...problems.flatMap(problemLines)]);
}

/**
 * That the credentials are those of the account and the region that the environment lives in, before
 * any of it is destroyed: what another account has by the same names would go instead.
 *
 * @throws Failure with the problem and its fix
 */
export async function requireAccount(context: PreflightContext): Promise<void> {
  const clients = createClients(context.clientSettings, context.config.region);
  const result = await limited(credentials, { ...context, clients });
  if (!("problems" in result)) return;
  throw new Failure(["Nothing was destroyed:", ...result.problems.flatMap(problemLines)]);
}

function problemLines({ problem, fix }: Problem): string[] {
  return [`✖ ${problem}`, `  → ${fix}`];
}
