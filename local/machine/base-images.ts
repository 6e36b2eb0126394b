import type Docker from "dockerode";
import type { BaseImageOptions } from "./base-image-options";
import { Refusal } from "../../operations/terminal/refusal";
import { isNotFound } from "../../operations/target/engine-answer";
import { pull } from "./pull";
import { isCurrent, makeStandIn, standInFor } from "./offline/stand-in";

/**
 * Makes base images available to the engine: those that it lacks are pulled from their registries;
 * where that fails, a stand-in is made from package archives and takes the image's name. An image
 * that is there stays as it is; a stand-in whose recipe has changed since is made again.
 *
 * @throws Refusal when an image can neither be pulled nor made
 */
export async function prepareBaseImages(options: BaseImageOptions): Promise<void> {
  const { docker, images, report } = options;
  const present = await Promise.all(images.map((image) => isReady(docker, image)));
  const missing = images.filter((_, index) => present[index] !== true);
  const failures = await Promise.all(
    missing.map(async (image) => {
      report(`pulling ${image}`);
      return { image, reason: await pull(docker, image, report) };
    }),
  );
  for (const { image, reason } of failures) {
    if (reason !== undefined) await replace(image, reason, options);
  }
}

async function isReady(docker: Docker, image: string): Promise<boolean> {
  try {
    const { Config } = await docker.getImage(image).inspect();
    return isCurrent(image, Config.Labels);
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function replace(image: string, reason: string, options: BaseImageOptions): Promise<void> {
  const standIn = standInFor(image);
  if (standIn === undefined) {
    throw new Refusal(
      `the base image ${image} cannot be pulled (${reason}), and there is no recipe for a stand-in`,
      `docker pull ${image}   # or load it from a file with: docker load`,
    );
  }
  options.report(`${image} cannot be pulled (${reason}): making a stand-in from ${standIn.from}`);
  await makeStandIn(image, standIn, options);
  options.report(`${image} is a stand-in made on this machine, not the published image`);
}
