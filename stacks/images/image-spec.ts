import { START_SECONDS, STAY_SECONDS } from "../../spec/limits";
import { type WritableFiles, filesOf } from "../../spec/service/files";
import { limitsOf } from "../../spec/service/limits";
import { healthCheckOf } from "../../spec/service/kinds";
import { secretStandIns } from "../../spec/service/secrets";
import { type NamedSidecar, sidecarOfImage } from "../../spec/service/sidecars";
import { type ServiceSpec, type Services, type Worker, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP, READY, READY_MIB } from "../../spec/images";
import { healthUrl, probeEnvironment, sidecarEnvironment } from "../../spec/container";

/** The probe that an image must pass before it is pushed. */
export interface ImageSpec {
  readonly probe: Probe;
}

/** What shows that an image works. */
export type Sign =
  /** A command in the running container exits 0. */
  | { readonly command: readonly string[] }
  /** A URL answers, which is asked for from beside the container. */
  | { readonly url: string }
  /** It has run for this long. */
  | { readonly staySeconds: number }
  /** It runs to its end, without a network, and exits 0. */
  | { readonly exits: true }
  /** It starts, without a network: its work is not wanted. */
  | { readonly starts: true };

/** How an image runs on the build host until it has shown that it works. */
export interface Probe {
  readonly environment: Readonly<Record<string, string>>;
  readonly shows: Sign;
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
  const beside = sidecarOfImage(image, services);
  return beside ? besideImage(beside, services) : serviceImage(image, services, config);
}

/** A sidecar's image runs alone, with its settings and the memory of its service's task. */
function besideImage(beside: NamedSidecar, services: Services): ImageSpec {
  const { service, sidecar } = beside;
  const { startSeconds } = limitsOf(sidecar);
  return {
    probe: {
      environment: { ...sidecarEnvironment(beside), ...secretStandIns(sidecar) },
      shows: workerSign(sidecar),
      startSeconds,
      memory: specOf(service, services).size.memory,
      files: filesOf(sidecar),
    },
  };
}

/** A service's image is probed with its task's port, health path, settings and memory. */
function serviceImage(service: string, services: Services, config: Config): ImageSpec {
  const spec = specOf(service, services);
  return {
    probe: {
      environment: {
        ...probeEnvironment(service, services, config),
        ...secretStandIns(spec),
      },
      shows: signOf(spec),
      startSeconds: limitsOf(spec).startSeconds,
      memory: spec.size.memory,
      files: filesOf(spec),
      ...(spec.dryRun && { command: spec.dryRun }),
    },
  };
}

function signOf(spec: ServiceSpec): Sign {
  if (spec.schedule !== undefined) return spec.dryRun ? { exits: true } : { starts: true };
  if (spec.port === undefined) return workerSign(spec);
  const { command } = healthCheckOf(spec);
  return command ? { command } : { url: healthUrl(spec) };
}

/** Of what answers no requests of the platform: its own command, or that it runs on. */
function workerSign({ health }: Pick<Worker, "health">): Sign {
  return health ? { command: health.command } : { staySeconds: STAY_SECONDS };
}

/** Its probe only shows that the program runs here, as all other probes need it. */
const readyImage: ImageSpec = {
  probe: {
    environment: {},
    shows: { command: ["/ready", "help"] },
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
    shows: { command: ["bash", "-c", "bash -n /setup.sh && psql --version"] },
    startSeconds: START_SECONDS,
    memory: 256,
    command: ["sleep", "120"],
  },
};
