import { imageNames } from "../../spec/images";
import { CLEAN_UP_SECONDS, KEPT_IMAGES } from "../../spec/limits";
import { wordsOf } from "../target/aws-error";
import type { Target } from "../target/target";
import type { Phase } from "../terminal/phases";
import { readState } from "../terraform/terraform-stack";
import { type BuiltImage, type Fate, listBuiltImages, removeImage } from "./built-images";
import { imagesIn } from "./images-in-state";
import { placesOf } from "./image-places";

/**
 * Removes the environment's old images from the engine after a deployment. Each build adds one, and the
 * Docker provider keeps all. A failed clean-up is reported but does not fail the deployment.
 */
export function oldImagesPhase(target: Target): Phase {
  const current = imageNames(target.services);
  return cleanUp(target, async (report) => {
    const state = await readState("images", { ...target, report });
    return {
      hosts: hostsIn(state),
      kept: (service) => (current.includes(service) ? KEPT_IMAGES : 0),
      state,
    };
  });
}

/**
 * Removes all images of a destroyed environment from the engine.
 *
 * @param hosts the registries of the environment, which are gone with it
 */
export function allImagesPhase(target: Target, hosts: readonly string[]): Phase {
  return cleanUp(target, () => Promise.resolve({ hosts, kept: () => 0, state: undefined }));
}

/** The registries that a state of `images` names: of the account and region, or of the local AWS. */
function hostsIn(state: unknown): string[] {
  return [...new Set(imagesIn(state).pushed.map(({ host }) => host))];
}

function cleanUp(
  target: Target,
  read: (...args: Parameters<Phase["run"]>) => Promise<Cleanup>,
): Phase {
  return {
    title: "Images in the engine",
    run: async (report) => {
      try {
        const cleanup = await read(report);
        const removal = await limited(target.signal, (signal) =>
          removeImages({ ...target, signal }, cleanup),
        );
        return summary(removal);
      } catch (error) {
        target.signal.throwIfAborted();
        return `old ones are left for the next deployment: ${wordsOf(error)}`;
      }
    },
  };
}

/** An engine that hangs may not even see that its requests are given up, so nothing waits for it. */
async function limited<T>(
  interruption: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const late = new Error(`the engine did not finish within ${CLEAN_UP_SECONDS} s`);
  const timer = setTimeout(() => {
    limit.abort(late);
  }, CLEAN_UP_SECONDS * 1000);
  const signal = AbortSignal.any([interruption, limit.signal]);
  const end = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(interruption.aborted ? new Error("interrupted") : late);
    });
  });
  try {
    return await Promise.race([run(signal), end]);
  } finally {
    clearTimeout(timer);
  }
}

function summary({ gone, named, refused }: Removal): string {
  if (gone + named + refused === 0) return "none is old";
  const kept = named > 0 ? [`${named} kept under other names`] : [];
  const left = refused > 0 ? [`${refused} could not be removed`] : [];
  return [`${gone} removed`, ...kept, ...left].join(", ");
}

/** What to remove from the engine. */
export interface Cleanup {
  readonly hosts: readonly string[];
  /** How many of a service's images stay, the newest. */
  readonly kept: (service: string) => number;
  /** The state of `images`: the Docker provider would build an image that it names again. */
  readonly state: unknown;
}

/** How many old images are gone from the engine, keep other names there, or were refused. */
export type Removal = Readonly<Record<Fate, number>>;

/**
 * Removes the older images of each service, and the project's images without a name. Those that a
 * container uses or the state names stay.
 */
export async function removeImages(
  { docker, config, signal }: Pick<Target, "docker" | "config" | "signal">,
  { hosts, kept, state }: Cleanup,
): Promise<Removal> {
  const images = await listBuiltImages(docker, { abortSignal: signal });
  const known = JSON.stringify(state ?? "");
  const isFree = ({ id, names, users }: BuiltImage) =>
    users.length === 0 && ![id, ...names].some((name) => known.includes(name));
  const places = hosts.flatMap((host) => images.flatMap((image) => placesOf(image, host, config)));
  const old = [...new Set(places.map(({ repository }) => repository))].flatMap((repository) => {
    const own = places.filter((place) => place.repository === repository);
    return own.filter(({ image, service }, index) => index >= kept(service) && isFree(image));
  });
  const removal = { gone: 0, named: 0, refused: 0 };
  for (const image of images.filter(isFree)) {
    const there = old.filter((place) => place.image === image);
    if (there.length === 0 && image.names.length > 0) continue;
    signal.throwIfAborted();
    const names = there.flatMap((place) => place.names);
    removal[await removeImage(docker, image, names, { abortSignal: signal })] += 1;
  }
  return removal;
}
