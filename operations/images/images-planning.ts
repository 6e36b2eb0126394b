import type { Planning } from "../terraform/planning";
import { type TerraformOptions, readState } from "../terraform/terraform-stack";
import { type ImageHolders, areInRegistry, missingFrom } from "./engine-cache";
import { failedProbes } from "./failed-probes";
import { type PushedImage, imagesIn } from "./images-in-state";

export interface ImagesPlanning {
  readonly planning: Planning;
  /** The pushed images that the engine lacks. */
  readonly lacking: readonly PushedImage[];
}

/**
 * How `images` is planned: what Terraform alone would do without need, or not do.
 *
 * The Docker provider takes an image that the engine lacks for a deleted one, and would build and probe it
 * again although it is pushed; the engine of a pipeline's runner always starts empty. So Terraform trusts its
 * state while the registry has what was pushed, whatever the engine has: a plan that is approved on one
 * machine is the plan of another, once all is pushed. What was not pushed is built again, under another tag,
 * where the engine lacks it.
 *
 * If the registry has lost an image or cannot be asked, a refresh must find what is missing. It builds again
 * whatever the engine lacks, and that gets another tag too: under its old one it would not be pushed.
 */
export async function planningOfImages(
  { docker, ecr }: ImageHolders,
  options: TerraformOptions,
): Promise<ImagesPlanning> {
  const state = await readState("images", options);
  const { pushed, unpushed } = imagesIn(state);
  const trustState = pushed.length > 0 && (await areInRegistry(ecr, pushed));
  const lacking = await missingFrom(docker, pushed);
  const built = [...(await missingFrom(docker, unpushed)), ...(trustState ? [] : lacking)];
  const replace = [...failedProbes(state), ...built.flatMap(({ addresses }) => addresses)];
  return { planning: { trustState, replace }, lacking };
}
