import { environment as shell } from "../../project";
import { wordsOf } from "../target/aws-error";
import { planStack } from "../plan/plan-stack";
import { cacheLogin } from "./cache-login";
import type { ImageHolders } from "./engine-cache";
import { fetchImages } from "./fetched-images";
import type { PushedImage } from "./images-in-state";
import { planningOfImages } from "./images-planning";
import type { Phase } from "../terminal/phases";
import { isNameTaken, removeStrayProbes, stopProbes } from "./probes";
import type { Report } from "../terminal/refusal";
import { Failure } from "../terminal/run";
import type { Planning } from "../terraform/planning";
import { describeChanges } from "../terraform/stack-progress";
import type { Target } from "../target/target";
import type { Changes } from "../terraform/terraform-events";
import type { TerraformOptions } from "../terraform/terraform-stack";
import type { Apply } from "../approval/apply-approved";
import { usedAgain } from "./used-again";

/** Deploys `images`, whether or not the engine holds the pushed images. */
export function imagesPhase(target: Target, apply: Apply): Phase {
  return {
    title: "Stack images",
    run: async (report) => {
      const environment = { ...target.environment, ...(await loginToCaches(target, report)) };
      const changes = await applyImages(target, { ...target, environment, report }, apply);
      await stopProbes(target.docker, target.config);
      return describeChanges(changes);
    },
  };
}

/** Without it, each image is built from its first layer. */
async function loginToCaches(target: Target, report: Report): Promise<Record<string, string>> {
  return await cacheLogin(target.clients.ecr, target, shell).catch((reason: unknown) => {
    report(`continuing without the caches because their login failed: ${wordsOf(reason)}`);
    return {};
  });
}

async function applyImages(
  { docker, clients, config }: Target,
  options: TerraformOptions,
  apply: Apply,
): Promise<Changes> {
  const holders = { docker, ecr: clients.ecr };
  const attempt = async () => {
    const { planning, lacking } = await planningOfImages(holders, options);
    if (planning.trustState) await fetchUsedAgain(holders, { ...options, ...planning }, lacking);
    return await apply("images", { ...options, ...planning });
  };
  try {
    return await attempt();
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    // Only the holder of the state lock gets this far, so the other probe is a leftover of a
    // killed run.
    await removeStrayProbes(docker, config, options);
    // Planned anew: the first try may have built and probed what it was to replace.
    return await attempt();
  }
}

/**
 * Fetches what the engine lacks and the plan needs, before it is applied. To build it again instead would
 * probe and scan another image than the pushed one, which goes on running; and a second plan, after the first
 * has failed, would not be the approved one.
 */
async function fetchUsedAgain(
  holders: ImageHolders,
  options: TerraformOptions & Planning,
  lacking: readonly PushedImage[],
): Promise<void> {
  if (lacking.length === 0) return;
  const plan = await planStack("images", { ...options, foreseen: () => false });
  try {
    await fetchImages(holders, options, lacking.filter(usedAgain(plan)));
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw new Failure([
      `The engine lacks images that are probed or scanned again, and they could not be fetched: ${wordsOf(error)}`,
      "Nothing of images was changed. Run the same command again once the registry answers.",
    ]);
  }
}
