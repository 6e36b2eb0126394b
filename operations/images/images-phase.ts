import { wordsOf } from "../target/aws-error";
import { isEngineEmpty } from "./engine-cache";
import { removeFailedProbes } from "./failed-probes";
import { fetchImages } from "./fetched-images";
import type { Phase } from "../terminal/phases";
import { isNameTaken, removeStrayProbes, stopProbes } from "./probes";
import { describeChanges } from "../terraform/stack-progress";
import type { Target } from "../target/target";
import type { Changes } from "../terraform/terraform-events";
import { StackFailure, type TerraformOptions } from "../terraform/terraform-stack";
import type { Apply } from "../approval/apply-approved";

/** Deploys `images`, whether or not the engine holds the pushed images. */
export function imagesPhase(target: Target, apply: Apply): Phase {
  return {
    title: "Stack images",
    run: async (report) => {
      const changes = await applyImages(target, { ...target, report }, apply);
      await stopProbes(target.docker, target.config);
      return describeChanges(changes);
    },
  };
}

async function applyImages(
  { docker, clients, config }: Target,
  options: TerraformOptions,
  apply: Apply,
): Promise<Changes> {
  const holders = { docker, ecr: clients.ecr };
  await removeFailedProbes(docker, options);
  const trustState = await isEngineEmpty(holders, options);
  try {
    return await apply("images", { ...options, trustState });
  } catch (error) {
    if (isNameTaken(error)) {
      // Only the holder of the state lock gets this far, so the other probe is a leftover of a
      // killed run.
      await removeStrayProbes(docker, config, options);
      return await apply("images", { ...options, trustState });
    }
    if (!trustState || !isImageMissing(error)) throw error;
    // The sources are unchanged; only the settings of a probe have changed.
    await fetchImages(holders, options).catch((reason: unknown) => {
      options.signal.throwIfAborted();
      options.report(`building again because the fetch failed: ${wordsOf(reason)}`);
    });
    return await apply("images", options);
  }
}

/** Whether a probe could not be created because the engine does not have its image. */
function isImageMissing(error: unknown): boolean {
  const missing = /Unable to create container with image sha256:/;
  return error instanceof StackFailure && error.errors.some((words) => missing.test(words));
}
