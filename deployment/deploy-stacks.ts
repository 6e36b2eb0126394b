import { repositoryNames } from "../stacks/images/image-spec";
import { explainFailure } from "./failure";
import { type Phase, type PhaseResult, runPhases } from "./phases";
import { removeStrayProbes, stopProbes } from "./probes";
import type { Report } from "./refusal";
import { RolloutWatch } from "./rollout-watch";
import { Failure } from "./run";
import { describeChanges } from "./stack-progress";
import { synthesize } from "./synthesis";
import type { Target } from "./target";
import { StackFailure, applyStack, readOutputs } from "./terraform-stack";

/**
 * Deploys the three stacks in the one order that is safe: a repository is there before its image, an
 * image before its task, and what has left the catalogue goes from the platform before its
 * repository does.
 *
 * @throws Failure that names the service, the cause and what to do
 */
export async function deployStacks(target: Target): Promise<PhaseResult[]> {
  const { signal, environment } = target;
  await synthesize(environment);
  try {
    const leaving: string[] = [];
    const found = await runPhases([leavingPhase(target, leaving)], signal);
    if (leaving.length > 0) {
      await synthesize({ ...environment, PLATFORM_KEPT_REPOSITORIES: leaving.join(",") });
    }
    const stacks = [registryPhase(target), imagesPhase(target), platformPhase(target)];
    if (leaving.length > 0) stacks.push(farewellPhase(target, leaving));
    return [...found, ...(await runPhases(stacks, signal))];
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    const lines = await explainFailure(error, target);
    await stopProbes(target.docker, target.config);
    throw new Failure(lines);
  }
}

/** Repositories of the environment that its catalogue does not have any more. */
export async function leavingRepositories(target: Target, report: Report): Promise<string[]> {
  const { "repository-urls": deployed = {} } = await readOutputs("registry", {
    ...target,
    report,
  });
  const wanted = new Set(repositoryNames(target.services, target.config));
  return Object.keys(deployed as object).filter((name) => !wanted.has(name));
}

function leavingPhase(target: Target, leaving: string[]): Phase {
  return {
    title: "Services that have left the catalogue",
    run: async (report) => {
      leaving.push(...(await leavingRepositories(target, report)));
      return leaving.length === 0
        ? "none"
        : `${leaving.join(", ")}: removed from platform, then images, then registry`;
    },
  };
}

function registryPhase(target: Target): Phase {
  return {
    title: "Stack registry",
    run: async (report) => describeChanges(await applyStack("registry", { ...target, report })),
  };
}

function imagesPhase(target: Target): Phase {
  const { docker, config } = target;
  return {
    title: "Stack images",
    run: async (report) => {
      await removeStrayProbes(docker, config, { ...target, report });
      const changes = await applyStack("images", { ...target, report });
      await stopProbes(docker, config);
      return describeChanges(changes);
    },
  };
}

function platformPhase(target: Target): Phase {
  return {
    title: "Stack platform",
    run: async (report) => {
      const watch = new RolloutWatch(target);
      await watch.start();
      try {
        return describeChanges(await applyStack("platform", { ...target, report }, watch));
      } finally {
        watch.stop();
      }
    },
  };
}

function farewellPhase(target: Target, leaving: readonly string[]): Phase {
  return {
    title: `Stack registry without ${leaving.join(", ")}`,
    run: async (report) => {
      await synthesize(target.environment);
      return describeChanges(await applyStack("registry", { ...target, report }));
    },
  };
}
