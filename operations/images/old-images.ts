import type Docker from "dockerode";
import type { Config } from "../../spec/config";
import { imageNames } from "../../spec/images";
import { KEPT_IMAGES } from "../../spec/limits";
import { repositoryName } from "../../spec/names";
import { wordsOf } from "../target/aws-error";
import type { Target } from "../target/target";
import type { Phase } from "../terminal/phases";
import { readState } from "../terraform/terraform-stack";
import { type BuiltImage, listBuiltImages, removeImage } from "./built-images";
import { pushedImages } from "./engine-cache";

/**
 * Removes the environment's old images from the engine after a deployment. Each build adds one, and the
 * Docker provider keeps all. A failed clean-up is reported but does not fail the deployment.
 */
export function oldImagesPhase(target: Target): Phase {
  const current = imageNames(target.services);
  return cleanUp(target, async (report) => {
    const state = await readState("images", { ...target, report });
    return await removeImages(target, {
      hosts: hostsIn(state),
      kept: (service) => (current.includes(service) ? KEPT_IMAGES : 0),
      state,
    });
  });
}

/**
 * Removes all images of a destroyed environment from the engine.
 *
 * @param hosts the registries of the environment, which are gone with it
 */
export function allImagesPhase(target: Target, hosts: readonly string[]): Phase {
  return cleanUp(target, () => removeImages(target, { hosts, kept: () => 0, state: undefined }));
}

/** The registries that a state of `images` names: of the account and region, or of the local AWS. */
function hostsIn(state: unknown): string[] {
  return [...new Set(pushedImages(state).map(({ host }) => host))];
}

function cleanUp(
  { signal }: Pick<Target, "signal">,
  remove: (...args: Parameters<Phase["run"]>) => Promise<Removal>,
): Phase {
  return {
    title: "Images in the engine",
    run: async (report) => {
      try {
        const { removed, failed } = await remove(report);
        const left = failed > 0 ? `, ${failed} could not be removed` : "";
        return removed + failed === 0 ? "none is old" : `${removed} removed${left}`;
      } catch (error) {
        signal.throwIfAborted();
        return `old ones are left for the next time: ${wordsOf(error)}`;
      }
    },
  };
}

/** What to remove from the engine. */
export interface Cleanup {
  readonly hosts: readonly string[];
  /** How many of a service's images stay, the newest. */
  readonly kept: (service: string) => number;
  /** The state of `images`: the Docker provider would build an image that it names again. */
  readonly state: unknown;
}

/** How many images were removed, and how many the engine kept. */
export interface Removal {
  readonly removed: number;
  readonly failed: number;
}

/**
 * Removes the older images of each service, and the project's images without a name. Those that a
 * container uses or the state names stay.
 */
export async function removeImages(
  { docker, config }: Pick<Target, "docker" | "config">,
  { hosts, kept, state }: Cleanup,
): Promise<Removal> {
  const images = await listBuiltImages(docker);
  const known = JSON.stringify(state ?? "");
  const isFree = ({ id, names, users }: BuiltImage) =>
    users.length === 0 && ![id, ...names].some((name) => known.includes(name));
  const places = hosts.flatMap((host) => images.flatMap((image) => placesOf(image, host, config)));
  const old = [...new Set(places.map(({ repository }) => repository))].flatMap((repository) => {
    const own = places.filter((place) => place.repository === repository);
    return own.filter(({ image, service }, index) => index >= kept(service) && isFree(image));
  });
  const nameless = images.filter((image) => image.names.length === 0 && isFree(image));
  const unwanted = [...old, ...nameless.map((image) => ({ image, names: image.names }))];
  return await removeEach(docker, unwanted);
}

/** An image in one of the environment's repositories, with its names there. */
interface Place {
  readonly image: BuiltImage;
  readonly repository: string;
  readonly service: string;
  readonly names: readonly string[];
}

/**
 * The repositories of the environment that an image is in. Of an image that another environment has too
 * the digests are left out: that one may have promoted it, and finds it by its digest here.
 */
function placesOf(image: BuiltImage, host: string, config: Config): Place[] {
  const start = `${host}/${repositoryName(config, "")}`;
  const own = image.names.filter((name) => name.startsWith(start));
  const isShared = own.length < image.names.length;
  const names = own.filter((name) => !isShared || !name.includes("@"));
  const serviceIn = (name: string) => name.slice(start.length).split(/[:@]/)[0] ?? "";
  return [...new Set(names.map(serviceIn))].map((service) => {
    const there = names.filter((name) => serviceIn(name) === service);
    return { image, service, repository: start + service, names: there };
  });
}

async function removeEach(
  docker: Docker,
  images: readonly Pick<Place, "image" | "names">[],
): Promise<Removal> {
  let removed = 0;
  for (const { image, names } of images) {
    if (await removeImage(docker, image, names)) removed += 1;
  }
  return { removed, failed: images.length - removed };
}
