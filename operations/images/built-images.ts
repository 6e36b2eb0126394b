import type Docker from "dockerode";
import { BASE_IMAGE, DOCKER_LABEL, EMULATOR_IMAGE } from "../../spec/names";
import { hasStatus, isNotFound } from "../target/engine-answer";
import { isImageName } from "./image-names";

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

/** What became of an image: it keeps its other names, or the engine refused to remove it. */
export type Fate = "gone" | "named" | "refused";

/** For requests to the engine that can be given up. */
export interface Request {
  readonly abortSignal?: AbortSignal;
}

/** Not built for an environment. */
const SHARED: readonly (string | undefined)[] = [EMULATOR_IMAGE, BASE_IMAGE];

/** The images that were built for environments, the newest first, with the containers that use them. */
export async function listBuiltImages(
  docker: Docker,
  request: Request = {},
): Promise<BuiltImage[]> {
  const [images, containers] = await Promise.all([
    docker.listImages({ filters: { label: [DOCKER_LABEL] }, ...request }),
    docker.listContainers({ all: true, ...request }),
  ]);
  return images
    .filter(({ Labels }) => !SHARED.includes(Labels[DOCKER_LABEL]))
    .map(({ Id, RepoTags, RepoDigests, Created }) => ({
      id: Id,
      names: [...(RepoTags ?? []), ...(RepoDigests ?? [])].filter(isImageName),
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
 * @param unwanted tags before digests, which an engine removes with the last tag of their repository
 * @throws Error when the engine does not answer
 */
export async function removeImage(
  docker: Docker,
  { id, names }: BuiltImage,
  unwanted: readonly string[],
  request: Request = {},
): Promise<Fate> {
  for (const name of unwanted) {
    if (!(await isRemoved(docker, name, request))) return "refused";
  }
  if (names.some((name) => !unwanted.includes(name))) return "named";
  return (await isRemoved(docker, id, request)) ? "gone" : "refused";
}

/** Whether the name or image is gone. */
async function isRemoved(docker: Docker, name: string, request: Request): Promise<boolean> {
  try {
    await docker.getImage(name).remove({ ...request });
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (hasStatus(error, 409)) return false;
    throw error;
  }
}
