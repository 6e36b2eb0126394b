import { type Services, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP, READY } from "../../spec/images";
import { containerEnvironment, healthCommand } from "../../spec/container";

/** The probe that an image must pass before it is pushed. */
export interface ImageSpec {
  readonly probe: Probe;
}

/** How an image runs on the build host until it is healthy. */
export interface Probe {
  readonly environment: Readonly<Record<string, string>>;
  readonly healthCheck: readonly string[];
  /** MiB */
  readonly memory: number;
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
    probe: {
      environment: containerEnvironment(service, services, config),
      healthCheck: healthCommand(spec),
      memory: spec.size.memory,
    },
  };
}

/** Does nothing until it is stopped. */
const readyImage: ImageSpec = {
  probe: { environment: {}, healthCheck: ["/usr/bin/sleep", "0"], memory: 16 },
};

/**
 * The setup exits by itself and needs a cluster, so its probe only checks that its user can read the
 * script, and that the client runs.
 */
const databaseSetupImage: ImageSpec = {
  probe: {
    environment: {},
    healthCheck: ["bash", "-c", "bash -n /setup.sh && psql --version"],
    memory: 256,
    command: ["sleep", "120"],
  },
};
