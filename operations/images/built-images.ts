import type Docker from "dockerode";
import { BASE_IMAGE, DOCKER_LABEL, EMULATOR_IMAGE } from "../../spec/names";
import { hasStatus, isNotFound } from "../target/engine-answer";

/** An image in the engine that this project built, in this or another checkout. */
export interface BuiltImage {
  readonly id: string;
  /** Its tags and its digests in registries: `host/repository:tag`, `host/repository@sha256:…`. */
  readonly names: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
  /** Names of the containers that use it, running or not. */
  readonly users: readonly string[];
}

/** Not built for an environment. */
const SHARED: readonly (string | undefined)[] = [EMULATOR_IMAGE, BASE_IMAGE];

/** The images that were built for environments, the newest first, with the containers that use them. */
export async function listBuiltImages(docker: Docker): Promise<BuiltImage[]> {
  const [images, containers] = await Promise.all([
    docker.listImages({ filters: { label: [DOCKER_LABEL] } }),
    docker.listContainers({ all: true }),
  ]);
  return images
    .filter(({ Labels }) => !SHARED.includes(Labels[DOCKER_LABEL]))
    .map(({ Id, RepoTags, RepoDigests, Created }) => ({
      id: Id,
      names: [...(RepoTags ?? []), ...(RepoDigests ?? [])].filter(isName),
      created: Created,
      users: containers
        .filter(({ ImageID }) => ImageID === Id)
        .map(({ Names }) => (Names[0] ?? "").replace("/", "")),
    }))
    .sort((a, b) => b.created - a.created);
}

/**
 * Removes some of an image's names, and with its last one the image. Never forced: the engine keeps an
 * image that a container uses.
 *
 * @returns whether the names are gone
 * @throws Error when the engine does not answer
 */
export async function removeImage(
  docker: Docker,
  { id, names }: BuiltImage,
  unwanted: readonly string[],
): Promise<boolean> {
  for (const name of unwanted) {
    if (!(await isRemoved(docker, name))) return false;
  }
  const hasOthers = names.some((name) => !unwanted.includes(name));
  return hasOthers || (await isRemoved(docker, id));
}

/** An engine without a containerd image store lists an image without names as `<none>:<none>`. */
function isName(name: string): boolean {
  return !name.includes("<none>");
}

/** Whether the name or image is gone; a digest goes with the last tag of its repository. */
async function isRemoved(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).remove();
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (hasStatus(error, 409)) return false;
    throw error;
  }
}
