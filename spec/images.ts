import type { Config } from "./config";
import type { Services } from "./service/spec";

/** The image of the container that starts once the service in its task is healthy. */
export const READY = "ready";

/** The image that creates a service's database and login role. */
export const DATABASE_SETUP = "database-setup";

/** The user and group of a container whose image names no user, or root. No account of an image has it. */
export const UNPRIVILEGED = "65532:65532";

/** The platform's own images, in addition to one per service. */
export const PLATFORM_IMAGES: readonly string[] = [READY, DATABASE_SETUP];

/** Every image that is built and pushed: one per service, and the platform's own where they are used. */
export function imageNames(services: Services): string[] {
  const names = [...Object.keys(services), READY];
  return Object.values(services).some(({ database }) => database)
    ? [...names, DATABASE_SETUP]
    : names;
}

/**
 * Every repository. The setup's exists even when no service has a database: tasks of a service that had
 * one may still be running.
 */
export function repositoryNames(services: Services, { keptRepositories }: Config): string[] {
  return [...new Set([...Object.keys(services), ...PLATFORM_IMAGES, ...keptRepositories])];
}
