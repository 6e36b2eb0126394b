import type Docker from "dockerode";
import type { BaseImageOptions } from "./base-image-options";
import { Refusal } from "../../operations/terminal/refusal";
import { isNotFound } from "../../operations/target/engine-answer";
import { pull } from "./pull";
import { isPinned, withoutDigest } from "../../stacks/images/base-images";
import { isCurrent, isStandIn, makeStandIn, standInFor } from "./offline/stand-in";

/**
 * Makes base images available to the engine under their names without a digest, which local builds use.
 * Pulls missing images from their registries; if a pull fails, keeps what has the name, or builds a
 * stand-in from package archives under it. Stand-ins whose recipe has changed are built again.
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
      const reason = await pull(docker, byDigest(image), report);
      if (reason === undefined) await giveName(docker, image);
      return { image, reason };
    }),
  );
  for (const { image, reason } of failures) {
    if (reason !== undefined) await replace(image, reason, options);
  }
}

/** Whether the name is that of the pinned image, or of a current stand-in for it. */
async function isReady(docker: Docker, image: string): Promise<boolean> {
  const named = await inspect(docker, withoutDigest(image));
  if (!named) return false;
  const { Config, RepoDigests } = named;
  if (!isCurrent(withoutDigest(image), Config.Labels)) return false;
  return !isPinned(image) || isStandIn(Config.Labels) || hasDigest(RepoDigests, image);
}

/** The engine lists digests with the repository's name: `python@sha256:…`. */
function hasDigest(digests: readonly string[] | null, image: string): boolean {
  const [, digest = ""] = image.split("@");
  return (digests ?? []).some((each) => each.endsWith(`@${digest}`));
}

/** What the engine has under a name; `undefined` if it has nothing. */
export async function inspect(docker: Docker, image: string) {
  try {
    return await docker.getImage(image).inspect();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** An image that was pulled by its digest has no name. */
async function giveName(docker: Docker, image: string): Promise<void> {
  if (!isPinned(image)) return;
  const { repo, tag } = partsOf(image);
  await docker.getImage(byDigest(image)).tag({ repo, tag });
}

/** `python@sha256:…`: an engine pulls by a tag or by a digest. */
export function byDigest(image: string): string {
  if (!isPinned(image)) return image;
  const [, digest = ""] = image.split("@");
  return `${partsOf(image).repo}@${digest}`;
}

function partsOf(image: string): { readonly repo: string; readonly tag: string } {
  const name = withoutDigest(image);
  const [, repo = name, tag = "latest"] = /^(.+):([^:/]+)$/.exec(name) ?? [];
  return { repo, tag };
}

async function replace(image: string, reason: string, options: BaseImageOptions): Promise<void> {
  const name = withoutDigest(image);
  const kept = await inspect(options.docker, name);
  if (kept && isCurrent(name, kept.Config.Labels)) {
    options.report(`${image} cannot be pulled (${reason}): the ${name} of this machine is used`);
    return;
  }
  const standIn = standInFor(name);
  if (standIn === undefined) {
    throw new Refusal(
      `the base image ${image} cannot be pulled (${reason}), and there is no recipe for a stand-in`,
      `docker pull ${image}   # or load it from a file with: docker load`,
    );
  }
  options.report(`${name} cannot be pulled (${reason}): building a stand-in from ${standIn.from}`);
  await makeStandIn(name, standIn, options);
  options.report(`${name} is a stand-in built on this machine, not the published image`);
}
