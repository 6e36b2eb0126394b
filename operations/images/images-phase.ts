import { environment as shell } from "../../project";
import { wordsOf } from "../target/aws-error";
import { READY } from "../../spec/images";
import { cacheLogin } from "./cache-login";
import { NOT_IN_ENGINE } from "../scan/scan-image";
import type { ImageHolders, PushedImage } from "./engine-cache";
import { fetchImages } from "./fetched-images";
import { planningOfImages } from "./images-planning";
import type { Phase } from "../terminal/phases";
import { isNameTaken, removeStrayProbes, stopProbes } from "./probes";
import type { Report } from "../terminal/refusal";
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
  const planning = await planningOfImages(holders, options);
  // Whatever is probed, the image that asks for its health has to be there.
  if (planning.trustState) await fetched(holders, options, "continuing without it", isReady);
  try {
    return await apply("images", { ...options, ...planning });
  } catch (error) {
    if (isNameTaken(error)) {
      // Only the holder of the state lock gets this far, so the other probe is a leftover of a
      // killed run.
      await removeStrayProbes(docker, config, options);
      return await apply("images", { ...options, ...planning });
    }
    if (!planning.trustState || !isImageMissing(error)) throw error;
    // The sources are unchanged; only the settings of a probe have changed, or of the scans.
    await fetched(holders, options, "building again");
    return await apply("images", { ...options, replace: planning.replace });
  }
}

/** Fetches pushed images, or says what follows from the failure. */
async function fetched(
  holders: ImageHolders,
  options: TerraformOptions,
  otherwise: string,
  wanted?: (image: PushedImage) => boolean,
): Promise<void> {
  await fetchImages(holders, options, wanted).catch((reason: unknown) => {
    options.signal.throwIfAborted();
    options.report(`${otherwise} because the fetch failed: ${wordsOf(reason)}`);
  });
}

function isReady({ repository }: PushedImage): boolean {
  return repository.endsWith(`/${READY}`);
}

/** Whether an image could not be probed or scanned because the engine does not have it. */
function isImageMissing(error: unknown): boolean {
  const missing = [/Unable to create container with image sha256:/, NOT_IN_ENGINE];
  return (
    error instanceof StackFailure &&
    error.errors.some((words) => missing.some((each) => each.test(words)))
  );
}
