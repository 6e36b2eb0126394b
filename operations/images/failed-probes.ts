import type Docker from "dockerode";
import { isNotFound } from "../target/engine-answer";
import { list, record } from "../terraform/terraform-events";
import { type TerraformOptions, readState } from "../terraform/terraform-stack";

/**
 * Removes the probes that were asked for their health without success. Terraform would only ask again,
 * and one that has ended cannot be asked: both containers must be new together.
 */
export async function removeFailedProbes(docker: Docker, options: TerraformOptions): Promise<void> {
  const failed = failedProbes(await readState("images", options));
  await Promise.all(failed.map((id) => remove(docker, id)));
}

/** The IDs of the probes in a state of `images` that nothing beside them has found healthy. */
export function failedProbes(state: unknown): string[] {
  const containers = containersIn(state);
  const healthy = containers.filter(({ role, isTainted }) => role === "health" && !isTainted);
  return containers
    .filter(({ role, image, hasCheck }) => {
      return role === "probe" && !hasCheck && !healthy.some((each) => each.image === image);
    })
    .flatMap(({ id }) => id);
}

/** The containers of a state, with the image that each is about. */
function containersIn(state: unknown) {
  return list(record(state)["resources"])
    .map(record)
    .filter(({ type }) => type === "docker_container")
    .flatMap(({ name, instances }) => {
      const [, image = "", role = ""] =
        /^(.+)_(probe|health)_[0-9A-F]{8}$/.exec(String(name)) ?? [];
      return list(instances).map((instance) => {
        const { status, attributes } = record(instance);
        const { id, healthcheck } = record(attributes);
        return {
          image,
          role,
          id: typeof id === "string" ? [id] : [],
          hasCheck: list(healthcheck).length > 0,
          isTainted: status === "tainted",
        };
      });
    });
}

async function remove(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
