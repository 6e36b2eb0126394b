import { environmentOf } from "../operations/approval/approval";
import { propose } from "../operations/approval/proposal";
import { keeping, leavingServices } from "../operations/deployment/leaving-services";
import { readRepositories } from "../operations/deployment/repositories";
import { planningOfImages } from "../operations/images/images-planning";
import type { Target } from "../operations/target/target";
import { USUAL } from "../operations/terraform/planning";
import { synthesize } from "../operations/terraform/synthesis";
import { readSynthesizedStack } from "../operations/terraform/synthesized-stack";

/** Plans what a deployment does to all stacks, completely, so that it can be approved. */
export async function planToApprove(target: Target, synthFolder: string) {
  const { clients, config } = target;
  const options = { ...target, report: console.error, synthFolder };
  const leaving = leavingServices(target, await readRepositories(options));
  const farewell = leaving.length > 0 ? await keepRepositories(leaving, target, synthFolder) : [];
  const holders = { docker: target.docker, ecr: clients.ecr };
  const madeAt = new Date().toISOString();
  const { planned, stacks, text, deployed } = await propose({
    ...options,
    planningOf: async (stack) =>
      stack === "images" ? (await planningOfImages(holders, options)).planning : USUAL,
  });
  const last = farewell.map((address) => `registry destroys ${address} last`);
  const content = { environment: environmentOf(config), madeAt, leaving, farewell, stacks };
  return { stacks: planned, deployed, approval: { content, notes: last, terraform: text } };
}

/**
 * Synthesizes the stacks as a deployment applies them first, while tasks may still use the repositories.
 *
 * @returns the addresses in `registry` that its last step destroys
 */
async function keepRepositories(
  leaving: readonly string[],
  target: Target,
  folder: string,
): Promise<string[]> {
  const without = readSynthesizedStack(folder, "registry").resources;
  await synthesize(keeping(leaving, target), folder);
  const kept = readSynthesizedStack(folder, "registry").resources;
  return [...kept.keys()].filter((address) => !without.has(address));
}
