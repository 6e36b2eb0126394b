import type { Config } from "./config";
import { allSidecars } from "./service/sidecars";
import type { Services } from "./service/spec";

/** The image that asks for a service's health from beside it, and that waits for it. */
export const READY = "ready";

/** Memory of a container of that image on the build host, in MiB: it uses ten, and 40 if it is emulated. */
export const READY_MIB = 128;

/** The container that asks for the health of the service in its task. */
export const HEALTH = "health";

/** The container that runs a service's migration before it starts. */
export const MIGRATE = "migrate";

/** In the names of one-off tasks: with a character that no service's name has. */
export const ONE_OFF = "one_off";

/** The image that creates a service's database and login role. */
export const DATABASE_SETUP = "database-setup";

/** What `registry` and `images` make of an image, by the ids of the constructs; no sidecar has such a name. */
export const IMAGE_PARTS = [
  ...["repository", "lifecycle", "pullable"],
  ...["image", "build", "promotion", "tag", "probe", "health", "pushed", "reference", "Scan"],
  ...["last", "address", "Signature", "SourceSignature"],
] as const;

/** The user and group of a container whose image names no user, or root. No account of an image has it. */
export const UNPRIVILEGED = "65532:65532";

/** A processor as Docker names it. */
export type Processor = "amd64" | "arm64";

/** The processor of images and tasks. */
export function processorOf({ architecture }: Pick<Config, "architecture">): Processor {
  return architecture === "ARM64" ? "arm64" : "amd64";
}

/** An image of the platform's own. */
export type PlatformImage = typeof READY | typeof DATABASE_SETUP;

/** The platform's own images, in addition to one per service. */
export const PLATFORM_IMAGES: readonly string[] = [READY, DATABASE_SETUP];

/**
 * Every image that is built and pushed: the platform's own where they are used, and one for each service
 * and sidecar.
 */
export function imageNames(services: Services): string[] {
  const names = [READY, ...serviceImages(services)];
  return Object.values(services).some(({ database }) => database)
    ? [...names, DATABASE_SETUP]
    : names;
}

/**
 * Every repository. The setup's exists even when no service has a database: tasks of a service that had
 * one may still be running.
 */
export function repositoryNames(services: Services, { keptRepositories }: Config): string[] {
  return [...new Set([...serviceImages(services), ...PLATFORM_IMAGES, ...keptRepositories])];
}

function serviceImages(services: Services): string[] {
  return [...Object.keys(services), ...allSidecars(services).map(({ image }) => image)];
}
