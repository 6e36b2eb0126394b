import path from "node:path";
import { type Services, specOf } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP, READY } from "../../spec/images";
import { containerEnvironment, healthCommand } from "../../spec/container";

const PLATFORM_FOLDER = path.resolve(__dirname, "..", "platform");

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

/** Where the provider writes what an image's build printed, in the stack's folder. */
export function buildLogFile(image: string): string {
  return `${image}.build.log`;
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
  context: path.join(PLATFORM_FOLDER, "ready"),
  buildArguments: {},
  probe: { environment: {}, healthCheck: ["/usr/bin/sleep", "0"], memory: 16 },
};

/** The setup's image ends by itself and needs a cluster; its probe shows that its client runs. */
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
