import path from "node:path";
import { type Services, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP, READY } from "../../spec/images";
import { containerEnvironment, healthCommand } from "../../spec/container";

const PLATFORM_FOLDER = path.resolve(__dirname, "..", "platform");

/** An image's sources, and the probe that it must pass before it is pushed. */
export interface ImageSpec {
  /** The folder with the Dockerfile. */
  readonly context: string;
  readonly buildArguments: Readonly<Record<string, string>>;
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

/** A service's image is probed with its task's port, health path, settings and memory. */
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

/** Does nothing until it is stopped. */
const readyImage: ImageSpec = {
  context: path.join(PLATFORM_FOLDER, "ready"),
  buildArguments: {},
  probe: { environment: {}, healthCheck: ["/usr/bin/sleep", "0"], memory: 16 },
};

/** The setup exits by itself and needs a cluster, so its probe only checks that its client runs. */
const databaseSetupImage: ImageSpec = {
  context: path.join(PLATFORM_FOLDER, "database-setup"),
  buildArguments: {},
  probe: {
    environment: {},
    healthCheck: ["psql", "--version"],
    memory: 256,
    command: ["sleep", "120"],
  },
};
