import type { Planning } from "../terraform/planning";
import { type TerraformOptions, readState } from "../terraform/terraform-stack";
import { type ImageHolders, isEngineEmpty } from "./engine-cache";
import { failedProbes } from "./failed-probes";

/** How `images` is planned: what Terraform alone would do without need, or not do. */
export async function planningOfImages(
  holders: ImageHolders,
  options: TerraformOptions,
): Promise<Planning> {
  const state = await readState("images", options);
  return { trustState: await isEngineEmpty(holders, state), replace: failedProbes(state) };
}
