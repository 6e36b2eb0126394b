import type Docker from "dockerode";
import { BASE_IMAGE, DOCKER_LABEL, EMULATOR_IMAGE } from "../../spec/names";
import { isImageName, shortId } from "../../operations/images/image-names";
import { isNotFound } from "../../operations/target/engine-answer";

/** The start of the names of images that only this project uses. */
const OWN = "fargate-platform/";

interface CachedImage {
  readonly id: string;
  readonly names: readonly string[];
  readonly bytes: number;
}

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
  const found = [...(await basesIn(docker, baseImages)), ...(await ownIn(docker))];
  const names = [...new Set(found.flatMap((image) => image.names))];
  if (names.length === 0) return [];
  const sizes = new Map(found.map(({ id, bytes }) => [id, bytes]));
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const count = sizes.size === 1 ? "1 image stays" : `${sizes.size} images stay`;
  return [
    `${count} in the engine for the next up (at most ${(bytes / 1e9).toFixed(1)} GB): base images and the local AWS's own.`,
    `→ To remove them too: docker image rm ${names.join(" ")}`,
  ];
}

async function basesIn(docker: Docker, names: readonly string[]): Promise<CachedImage[]> {
  const found = await Promise.all(
    [...new Set(names)].map(async (name) => {
      try {
        const { Id, Size } = await docker.getImage(name).inspect();
        return [{ id: Id, names: [name], bytes: Size }];
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

/**
 * Every version of the local AWS, the bases of base images that were built on this machine, and the
 * stages of both, which have no names. An image that a person built on one of them has another name.
 */
async function ownIn(docker: Docker): Promise<CachedImage[]> {
  const labels = [EMULATOR_IMAGE, BASE_IMAGE].map((value) => `${DOCKER_LABEL}=${value}`);
  const lists = await Promise.all(
    labels.map((label) => docker.listImages({ filters: { label: [label] } })),
  );
  return lists.flat().flatMap(({ Id, RepoTags, Size }) => {
    const tags = (RepoTags ?? []).filter(isImageName);
    const names = tags.length === 0 ? [shortId(Id)] : tags.filter((name) => name.startsWith(OWN));
    return names.length === 0 ? [] : [{ id: Id, names, bytes: Size }];
  });
}
