import { requireAccount, requireStatePlace } from "../checks/phase";
import { hasRepository } from "../environments/expiry";
import { whatToDo } from "../failures/failure";
import { allImagesPhase } from "../images/old-images";
import { requireNoLeftCluster } from "../restoration/discard";
import { NOTHING, destroyStack } from "./destroy-stack";
import { LeavingRuns } from "./leaving-runs";
import { requireNotProtected, requireUnprotected } from "./protection";
import { removeSecretsPhase } from "../secrets/removal";
import { type Phase, type PhaseResult, runPhases } from "../terminal/phases";
import { revisionsPhase } from "./revisions";
import { Failure } from "../terminal/run";
import type { Target } from "../target/target";
import { readRepositories, registryHosts } from "./repositories";
import { synthesize } from "../terraform/synthesis";
import { StackFailure, type StackName } from "../terraform/terraform-stack";

/**
 * Destroys a whole environment, platform first. Resources missing from the state are not touched.
 *
 * @param beforeEach called before each stack; if it throws, that stack and the rest stay
 * @throws Refusal if it is protected, Failure with Terraform's errors; the same command continues from there
 */
export async function destroyEnvironment(
  target: Target,
  beforeEach?: () => Promise<void>,
): Promise<PhaseResult[]> {
  requireNotProtected(target.config);
  await requireStatePlace(target);
  const phaseOf = (stack: StackName, services: readonly string[] = []): Phase => ({
    title: `Stack ${stack}`,
    run: async (report) => {
      await beforeEach?.();
      const runs = new LeavingRuns(target, { services, formerJobs: [] });
      return await runs.during(() => destroyStack(stack, target, report));
    },
  });
  try {
    await synthesize(target);
    const deployedRepositories = await readRepositories({ ...target, report: () => undefined });
    await requireAccount({ ...target, deployedRepositories });
    await requireUnprotected(target.config, target.clients);
    await requireNoLeftCluster(target.config, target.clients.rds);
    const hosts = registryHosts(target.config, deployedRepositories);
    // The registry goes last: while it exists, the same command can resume.
    const phases = [
      phaseOf("platform", Object.keys({ ...deployedRepositories, ...target.services })),
      revisionsPhase(target),
      phaseOf("images"),
      phaseOf("registry"),
      removeSecretsPhase(target),
      allImagesPhase(target, hosts),
    ];
    return await runPhases(phases, target.signal);
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    throw new Failure([
      `${error.message}; run the same command again to destroy the rest.`,
      ...whatToDo(error, target.config),
      "Terraform said:",
      ...new Set(error.errors),
    ]);
  }
}

/**
 * Checks that an environment without any state is really gone; otherwise its states are elsewhere.
 *
 * @throws Failure when the environment still exists
 */
export async function requireGone(
  results: readonly PhaseResult[],
  { config, clients }: Pick<Target, "config" | "clients">,
): Promise<void> {
  const stacks = results.filter(({ title }) => title.startsWith("Stack "));
  if (!stacks.every(({ outcome }) => outcome === NOTHING)) return;
  if (!(await hasRepository(clients.ecr, config))) return;
  throw new Failure([
    `${config.suffix} still exists, but there is no state of it here.`,
    "→ Run this where its states are, with the same PLATFORM_BACKEND and PLATFORM_STATE_* variables.",
  ]);
}
