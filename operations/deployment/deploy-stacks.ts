import { preflightPhase, requireStatePlace } from "../checks/phase";
import { imageNames } from "../../spec/images";
import { runningServices } from "../../spec/service/kinds";
import { isPreview } from "../../spec/environment/preview-suffix";
import type { Approval } from "../approval/approval";
import {
  type Apply,
  applyApproved,
  applyFarewell,
  approvalPhase,
} from "../approval/apply-approved";
import { prolong } from "../environments/expiry";
import { explainFailure } from "../failures/failure";
import { imagesInUsePhase } from "../images/images-in-use-phase";
import { imagesPhase } from "../images/images-phase";
import { oldImagesPhase } from "../images/old-images";
import { isLocked } from "../failures/known-errors";
import { requireKeptData } from "./kept-data";
import { keeping, leavingServices } from "./leaving-services";
import { LeavingRuns } from "./leaving-runs";
import { moves } from "./moves";
import { type Phase, runPhases } from "../terminal/phases";
import { stopProbes } from "../images/probes";
import { requireNoOpenRestore } from "../restoration/discard";
import { scanSummary } from "../scan/scan-summary";
import { type Repositories, readRepositories } from "./repositories";
import { revisionsPhase } from "./revisions";
import { RolloutWatch } from "./rollout-watch";
import { Failure } from "../terminal/run";
import { describeChanges } from "../terraform/stack-progress";
import { synthesize } from "../terraform/synthesis";
import type { Target } from "../target/target";
import { StackFailure, applyStack, readOutputs } from "../terraform/terraform-stack";

/**
 * Deploys the three stacks, which have been synthesized, in the only safe order: a repository exists
 * before its image and an image before its task, and a service removed from the catalogue leaves the
 * platform before its repository is deleted.
 *
 * @param approval applies what it contains and nothing else. @default whatever Terraform plans
 * @throws Failure that names the service, the cause and the fix
 */
export async function deployStacks(target: Target, approval?: Approval): Promise<void> {
  const { signal, config, services } = target;
  const started = new Date();
  const apply = approval ? applyApproved(approval, config.suffix) : applyStack;
  try {
    const deployed: Repositories = {};
    const checks = preflightPhase(() => ({ ...target, deployedRepositories: deployed }));
    await runPhases([deployedPhase(target, deployed), checks], signal);
    await sayMoves(target, deployed);
    const leaving = leavingServices(target, deployed);
    if (leaving.length > 0) await synthesize(keeping(leaving, target));
    const stacks = [
      ...(approval ? [approvalPhase(approval, config, target, leaving)] : []),
      registryPhase(target, apply),
      ...(isPreview(config.suffix) ? [expiryPhase(target)] : []),
      // A deployment that was killed or failed has marked nothing, and the pushes may expire images.
      imagesInUsePhase(target),
      imagesPhase(target, apply),
      platformPhase(target, apply, runsOf(target, deployed)),
      imagesInUsePhase(target),
      revisionsPhase(target),
    ];
    if (leaving.length > 0) {
      const last = approval ? applyFarewell(approval, config.suffix) : applyStack;
      stacks.push(farewellPhase(target, leaving, last));
    }
    stacks.push(oldImagesPhase(target));
    await runPhases(stacks, signal);
    for (const line of scanSummary(config, imageNames(services), started)) console.log(line);
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    const lines = await explainFailure(error, target);
    // The engine itself may have failed. If the state is locked, another run may be probing now.
    if (!isLocked(error)) await stopProbes(target.docker, target.config).catch(() => undefined);
    throw new Failure(lines);
  }
}

/** Reads the environment's current repositories. */
function deployedPhase(target: Target, deployed: Repositories): Phase {
  return {
    title: "Deployed so far",
    run: async (report) => {
      await requireStatePlace(target);
      Object.assign(deployed, await readRepositories({ ...target, report }));
      const leaving = leavingServices(target, deployed);
      return leaving.length === 0
        ? `${Object.keys(deployed).length} repositories`
        : `${leaving.join(", ")} will be removed from platform, then images, then registry`;
    },
  };
}

/**
 * Refuses a move that a protected environment does not allow, and prints the others in full before
 * anything changes, since a phase shows only one line.
 */
async function sayMoves(target: Target, deployed: Repositories): Promise<void> {
  if (Object.keys(deployed).length === 0) return;
  const outputs = await readOutputs("platform", { ...target, report: () => undefined });
  const lost = await requireKeptData(outputs, target);
  await requireNoOpenRestore(target.config, target.clients.rds);
  for (const move of [...lost, ...moves(outputs, target.services)]) console.log(move);
}

function registryPhase(target: Target, apply: Apply): Phase {
  return {
    title: "Stack registry",
    run: async (report) => describeChanges(await apply("registry", { ...target, report })),
  };
}

/** Runs before anything costs money, so that a preview whose deployment fails also expires. */
function expiryPhase({ config, clients }: Target): Phase {
  return {
    title: "Expiry",
    run: () => prolong(clients.ecr, config, new Date()),
  };
}

/** What leaves the platform, and what is no job any more. */
function runsOf(target: Target, deployed: Repositories): LeavingRuns {
  const services = leavingServices(target, deployed);
  const formerJobs = runningServices(target.services)
    .map(([name]) => name)
    .filter((name) => name in deployed);
  return new LeavingRuns(target, { services, formerJobs });
}

function platformPhase(target: Target, apply: Apply, runs: LeavingRuns): Phase {
  return {
    title: "Stack platform",
    run: async (report) => {
      const watch = new RolloutWatch(target);
      await watch.start();
      try {
        const changes = await runs.during(() => apply("platform", { ...target, report, watch }));
        await watch.untilCompleted(report);
        return describeChanges(changes);
      } finally {
        watch.stop();
      }
    },
  };
}

function farewellPhase(target: Target, leaving: readonly string[], apply: Apply): Phase {
  return {
    title: `Stack registry without ${leaving.join(", ")}`,
    run: async (report) => {
      await synthesize(target);
      return describeChanges(await apply("registry", { ...target, report }));
    },
  };
}
