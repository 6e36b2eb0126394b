import { START_SECONDS } from "../../spec/limits";
import { type WritableFiles, filesOf } from "../../spec/service/files";
import { limitsOf } from "../../spec/service/limits";
import { secretStandIns } from "../../spec/service/secrets";
import { type Services, healthCheckOf, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP, READY, READY_MIB } from "../../spec/images";
import { containerEnvironment, healthUrl } from "../../spec/container";

/** The probe that an image must pass before it is pushed. */
export interface ImageSpec {
  readonly probe: Probe;
}

/** How an image runs on the build host until it is healthy. */
export interface Probe {
  readonly environment: Readonly<Record<string, string>>;
  /** What tells that it is healthy: a command in it, or a URL that is asked for from beside it. */
  readonly health: { readonly command: readonly string[] } | { readonly url: string };
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
  const { command } = healthCheckOf(spec);
  return {
    probe: {
      environment: {
        ...containerEnvironment(service, services, config),
        ...secretStandIns(spec),
      },
      health: command ? { command } : { url: healthUrl(spec) },
      startSeconds: limitsOf(spec).startSeconds,
      memory: spec.size.memory,
      files: filesOf(spec),
    },
  };
}

/** Its probe only shows that the program runs here, as all other probes need it. */
const readyImage: ImageSpec = {
  probe: {
    environment: {},
    health: { command: ["/ready", "help"] },
    startSeconds: START_SECONDS,
    memory: READY_MIB,
  },
};

/**
 * The setup exits by itself and needs a cluster, so its probe only checks that its user can read the
 * script, and that the client runs.
 */
const databaseSetupImage: ImageSpec = {
  probe: {
    environment: {},
    health: { command: ["bash", "-c", "bash -n /setup.sh && psql --version"] },
    startSeconds: START_SECONDS,
    memory: 256,
    command: ["sleep", "120"],
  },
};
