import { START_SECONDS } from "../../spec/limits";
import { type WritableFiles, filesOf } from "../../spec/service/files";
import { limitsOf } from "../../spec/service/limits";
import { type Services, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP, READY } from "../../spec/images";
import { containerEnvironment, healthCommand } from "../../spec/container";

/** How an image is built, and the probe that it must pass before it is pushed. */
export interface ImageSpec {
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly probe: Probe;
}

/** How an image runs on the build host until it is healthy. */
export interface Probe {
  readonly environment: Readonly<Record<string, string>>;
  readonly healthCheck: readonly string[];
  /** The slowest start allowed, until it is healthy. */
  readonly startSeconds: number;
  /** MiB */
  readonly memory: number;
  /** What it can write. @default nothing */
  readonly files?: WritableFiles;
  /** Replaces the image's command. @default the image's own */
  readonly command?: readonly string[];
}

/** The provider's log of an image's build, in the stack's folder. */
export function buildLogFile(image: string): string {
  return `${image}.build.log`;
}

/** The spec of an image, by its name. */
export function imageSpec(image: string, services: Services, config: Config): ImageSpec {
  if (image === READY) return readyImage;
  if (image === DATABASE_SETUP) return databaseSetupImage;
  return serviceImage(image, services, config);
}

/** A service's image is probed with its task's port, health path, settings and memory. */
function serviceImage(service: string, services: Services, config: Config): ImageSpec {
  const spec = specOf(service, services);
  return {
    buildArguments: spec.buildArguments ?? {},
    probe: {
      environment: containerEnvironment(service, services, config),
      healthCheck: healthCommand(spec),
      startSeconds: limitsOf(spec).startSeconds,
      memory: spec.size.memory,
      files: filesOf(spec),
    },
  };
}

/** Does nothing until it is stopped. */
const readyImage: ImageSpec = {
  buildArguments: {},
  probe: {
    environment: {},
    healthCheck: ["/usr/bin/sleep", "0"],
    startSeconds: START_SECONDS,
    memory: 16,
  },
};

/**
 * The setup exits by itself and needs a cluster, so its probe only checks that its user can read the
 * script, and that the client runs.
 */
const databaseSetupImage: ImageSpec = {
  buildArguments: {},
  probe: {
    environment: {},
    healthCheck: ["bash", "-c", "bash -n /setup.sh && psql --version"],
    startSeconds: START_SECONDS,
    memory: 256,
    command: ["sleep", "120"],
  },
};
