import { requireAccount, requireStatePlace } from "../checks/phase";
import { hasRepository } from "../environments/expiry";
import { NOTHING, destroyStack } from "./destroy-stack";
import { type Phase, type PhaseResult, runPhases } from "../terminal/phases";
import { revisionsPhase } from "./revisions";
import { Failure } from "../terminal/run";
import type { Target } from "../target/target";
import { readRepositories } from "./repositories";
import { synthesize } from "../terraform/synthesis";
import { StackFailure, type StackName } from "../terraform/terraform-stack";

/**
 * Destroys all of an environment, platform first. What a stack's state does not know is not touched.
 *
 * @param beforeEach asked before each stack; what it throws leaves that stack and the rest as they are
 * @throws Failure with Terraform's words; the same command goes on from there
 */
export async function destroyEnvironment(
  target: Target,
  beforeEach?: () => Promise<void>,
): Promise<PhaseResult[]> {
  await requireStatePlace(target);
  const phaseOf = (stack: StackName): Phase => ({
    title: `Stack ${stack}`,
    run: async (report) => {
      await beforeEach?.();
      return await destroyStack(stack, target, report);
    },
  });
  // While the registry is there, the same command comes back to what was not done.
  const phases = [
    phaseOf("platform"),
    revisionsPhase(target),
    phaseOf("images"),
    phaseOf("registry"),
  ];
  try {
    await synthesize(target.environment);
    const deployedRepositories = await readRepositories({ ...target, report: () => undefined });
    await requireAccount({ ...target, deployedRepositories });
    return await runPhases(phases, target.signal);
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    throw new Failure([
      `${error.message}; what is left can be destroyed by the same command.`,
      ...error.errors,
    ]);
  }
}

/**
 * An environment of which no state knew anything has not been destroyed, if it is there: its states
 * lie elsewhere.
 *
 * @throws Failure that says so
 */
export async function requireGone(
  results: readonly PhaseResult[],
  { config, clients }: Pick<Target, "config" | "clients">,
): Promise<void> {
  const stacks = results.filter(({ title }) => title.startsWith("Stack "));
  if (!stacks.every(({ outcome }) => outcome === NOTHING)) return;
  if (!(await hasRepository(clients.ecr, config))) return;
  throw new Failure([
    `${config.suffix} is still there: no state here knows of it.`,
    "→ Run this where the states are, with the same PLATFORM_BACKEND and PLATFORM_STATE_* variables.",
  ]);
}
