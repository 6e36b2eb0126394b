import type Docker from "dockerode";
import type { BaseImageOptions } from "./base-image-options";
import { Refusal } from "../../operations/terminal/refusal";
import { isNotFound } from "../../operations/target/engine-answer";
import { pull } from "./pull";
import { isCurrent, makeStandIn, standInFor } from "./offline/stand-in";

/**
 * Makes base images available to the engine. Pulls missing images from their registries; if a pull
 * fails, builds a stand-in from package archives under the image's name. Existing images are kept,
 * except stand-ins whose recipe has changed: they are rebuilt.
 *
 * @throws Refusal if an image can neither be pulled nor built
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
  options.report(`${image} cannot be pulled (${reason}): building a stand-in from ${standIn.from}`);
  await makeStandIn(image, standIn, options);
  options.report(`${image} is a stand-in built on this machine, not the published image`);
}
