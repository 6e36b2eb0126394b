import type Docker from "dockerode";
import {
  type BuiltImage,
  listBuiltImages,
  removeImage,
} from "../../operations/images/built-images";
import { shortId } from "../../operations/images/image-names";

/** The images from the local AWS's registry that were removed, and those that are still used. */
export interface RemovedImages {
  readonly count: number;
  /** `image NAME, which the container NAME uses`, one for each that stays under its names here. */
  readonly kept: readonly string[];
}

/**
 * Removes the images that were built for the registry of the local AWS on a port, which is gone, and
 * the project's images without a name. An image that a container uses stays: under its names elsewhere,
 * as in the registry of another local AWS, or else under those in this one.
 */
export async function removeRegistryImages(docker: Docker, port: number): Promise<RemovedImages> {
  const images = (await listBuiltImages(docker)).filter((image) => isOf(image, port));
  let count = 0;
  const kept: string[] = [];
  for (const image of images) {
    const names = namesIn(image, port);
    const isUsed = image.users.length > 0;
    const stays = isUsed && names.length === image.names.length;
    const fate = stays ? "refused" : await removeImage(docker, image, names);
    if (fate === "gone") count += 1;
    if (fate === "refused" && isUsed && names[0] !== undefined) {
      kept.push(describeUse(names[0], image));
    }
  }
  return { count, kept };
}

function describeUse(name: string, { users }: BuiltImage): string {
  const [containers, verb] = users.length === 1 ? ["container", "uses"] : ["containers", "use"];
  return `image ${name}, which the ${containers} ${users.join(", ")} ${verb}`;
}

/** The images of that registry that no container uses, one per line. */
export async function unusedRegistryImages(docker: Docker, port: number): Promise<string[]> {
  const images = await listBuiltImages(docker);
  return images
    .filter((image) => namesIn(image, port).length > 0 && image.users.length === 0)
    .map((image) => `image ${nameOf(image)}`);
}

function isOf(image: BuiltImage, port: number): boolean {
  return image.names.length === 0 || namesIn(image, port).length > 0;
}

function namesIn({ names }: BuiltImage, port: number): string[] {
  return names.filter((name) => name.startsWith(`127.0.0.1:${port}/`));
}

function nameOf({ id, names }: BuiltImage): string {
  return names[0] ?? shortId(id);
}
