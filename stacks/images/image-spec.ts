import path from "node:path";
import { type Services, specOf } from "../../services/spec";
import { type Config, PROJECT_FOLDER } from "../config";
import { containerEnvironment, healthCommand } from "../container";

/** The image of the container that starts when its task's service is healthy. */
export const READY = "ready";

/** The image that makes a service's database and login role. */
export const DATABASE_SETUP = "database-setup";

/** The platform's own images, beside one per service. */
export const PLATFORM_IMAGES: readonly string[] = [READY, DATABASE_SETUP];

/** What an image is built from, and how it is shown to work before it is pushed. */
export interface ImageSpec {
  /** Folder with the Dockerfile. */
  readonly context: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly probe: Probe;
}

/** How an image is run on the build host until it is healthy. */
export interface Probe {
  readonly environment: Readonly<Record<string, string>>;
  readonly healthCheck: readonly string[];
  /** MiB */
  readonly memory: number;
  /** What runs instead of the image's own command. @default the image's own */
  readonly command?: readonly string[];
}

/** Every image that is built and pushed: one per service, and the platform's own where they are used. */
export function imageNames(services: Services): string[] {
  const names = [...Object.keys(services), READY];
  return Object.values(services).some(({ database }) => database)
    ? [...names, DATABASE_SETUP]
    : names;
}

/** Where the provider writes what an image's build printed, in the stack's folder. */
export function buildLogFile(image: string): string {
  return `${image}.build.log`;
}

/**
 * Every repository. The setup's is there even when no service has a database: tasks of one that had
 * may still run.
 */
export function repositoryNames(services: Services, { keptRepositories }: Config): string[] {
  return [...new Set([...Object.keys(services), ...PLATFORM_IMAGES, ...keptRepositories])];
}

/** What an image is built from, by its name. */
export function imageSpec(
  image: string,
  services: Services,
  config: Config,
  contextOf: (service: string) => string,
): ImageSpec {
  if (image === READY) return readyImage;
  if (image === DATABASE_SETUP) return databaseSetupImage;
  return serviceImage(image, services, config, contextOf(image));
}

/** A service's image is probed as its task will run: port, health path, settings, memory. */
function serviceImage(
  service: string,
  services: Services,
  config: Config,
  context: string,
): ImageSpec {
  const spec = specOf(service, services);
  return {
    context,
    buildArguments: spec.buildArguments ?? {},
    probe: {
      environment: containerEnvironment(service, services, config),
      healthCheck: healthCommand(spec),
      memory: spec.size.memory,
    },
  };
}

/** It does nothing until it is stopped. */
const readyImage: ImageSpec = {
  context: path.join(PROJECT_FOLDER, "stacks", "platform", "ready"),
  buildArguments: {},
  probe: { environment: {}, healthCheck: ["/usr/bin/sleep", "0"], memory: 16 },
};

/** The setup's image ends by itself and needs a cluster; its probe shows that its client runs. */
const databaseSetupImage: ImageSpec = {
  context: path.join(PROJECT_FOLDER, "stacks", "platform", "database-setup"),
  buildArguments: {},
  probe: {
    environment: {},
    healthCheck: ["psql", "--version"],
    memory: 256,
    command: ["sleep", "120"],
  },
};
