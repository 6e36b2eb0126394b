import type { Phase } from "../terminal/phases";
import { Failure } from "../terminal/run";
import { createClients } from "./clients";
import { credentials } from "./credentials";
import { pastTimes } from "./past-times";
import {
  type PreflightContext,
  type Problem,
  limited,
  problemsOf,
  runChecks,
  stateChecks,
} from "./preflight";
import { serviceSecrets } from "./service-secrets";

/**
 * Runs the checks before a deployment's first stack: a problem stops it while there is nothing to
 * undo.
 *
 * @param context called once the earlier phases have run
 */
export function preflightPhase(context: () => PreflightContext): Phase {
  return {
    title: "Preflight",
    run: async (report) => {
      const checked = context();
      const outcomes = await runChecks(checked, report);
      const problems = problemsOf(outcomes);
      if (problems.length > 0) {
        throw new Failure(["No stack was deployed:", ...problems.flatMap(problemLines)]);
      }
      return [`${outcomes.length} checks`, ...pastTimes(checked.services, new Date())].join("; ");
    },
  };
}

/**
 * The missing secrets, at which a deployment would stop; a plan is made all the same.
 *
 * @returns lines for a person
 */
export async function missingSecretLines(context: PreflightContext): Promise<string[]> {
  const clients = createClients(context.clientSettings, context.config.region);
  const result = await limited(serviceSecrets, { ...context, clients });
  if (!("problems" in result)) return [];
  return [
    "A deployment would stop before its first change:",
    ...result.problems.flatMap(problemLines),
  ];
}

/**
 * Checks the backend before Terraform reads the first state: `terraform init` would fail with a less
 * helpful message, or create missing workspaces.
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
 * Checks before a destruction or a restore that the credentials belong to the environment's account and region:
 * otherwise resources with the same names in another account would be destroyed.
 *
 * @throws Failure with the problem and its fix
 */
export async function requireAccount(context: PreflightContext): Promise<void> {
  const clients = createClients(context.clientSettings, context.config.region);
  const result = await limited(credentials, { ...context, clients });
  if (!("problems" in result)) return;
  throw new Failure(["Nothing was changed:", ...result.problems.flatMap(problemLines)]);
}

function problemLines({ problem, fix }: Problem): string[] {
  return [`✖ ${problem}`, `  → ${fix}`];
}
