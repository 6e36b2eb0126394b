import type Docker from "dockerode";
import { DOCKER_LABEL, EMULATOR_IMAGE } from "../../spec/names";
import { isNotFound } from "../../operations/target/engine-answer";

/**
 * The images that stay in the engine so that the next `up` need not pull or build them: base images,
 * PostgreSQL, and the local AWS's own. Says how to remove them; empty when there are none.
 *
 * @param baseImages the names of the base images
 */
export async function describeCachedImages(
  docker: Docker,
  baseImages: readonly string[],
): Promise<string[]> {
  const label = [`${DOCKER_LABEL}=${EMULATOR_IMAGE}`];
  const own = await docker.listImages({ filters: { label } });
  const bases = await Promise.all([...new Set(baseImages)].map((name) => sizeOf(docker, name)));
  const cached = [
    ...bases.flatMap((image) => image ?? []),
    ...own.map(({ Id, RepoTags, Size }) => ({ name: RepoTags?.[0] ?? Id, bytes: Size })),
  ];
  if (cached.length === 0) return [];
  const bytes = cached.reduce((sum, image) => sum + image.bytes, 0);
  const count = cached.length === 1 ? "1 image stays" : `${cached.length} images stay`;
  return [
    `${count} in the engine for the next up (at most ${(bytes / 1e9).toFixed(1)} GB): base images and the local AWS's own.`,
    `→ To remove them too: docker image rm ${cached.map(({ name }) => name).join(" ")}`,
  ];
}

async function sizeOf(docker: Docker, name: string) {
  try {
    return { name, bytes: (await docker.getImage(name).inspect()).Size };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
