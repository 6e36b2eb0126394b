import path from "node:path";
import * as z from "zod/mini";
import { entry, named, text } from "../schema";
import type { Build } from "./build";
import { command } from "./command";
import { files } from "./files";
import { workerLimits } from "./limits";
import { secrets } from "./secret-schema";
import type { ServiceSpec, Services, Sidecar, Worker } from "./spec";
import { variables } from "./variable";

/** A sidecar of a service, with its names. */
export interface NamedSidecar {
  /** The service's. */
  readonly service: string;
  /** Its own, which its container has. */
  readonly name: string;
  /** Its image's. */
  readonly image: string;
  readonly sidecar: Sidecar;
}

/** The words of a sidecar's health check, as a worker's. */
export const containerHealth = entry<NonNullable<Worker["health"]>>()(
  "{ command }: a path is asked for only in a service with port",
  { command },
);

/** The schema of `sidecars`. */
export const sidecars = named(
  'sidecars such as { otel: { folder: "sidecars/otel-collector" } }',
  entry<Sidecar>()('a sidecar: { folder: "sidecars/otel-collector" }', {
    folder: text('a folder of the project, such as "sidecars/otel-collector"'),
    environment: z.exactOptional(variables),
    secrets: z.exactOptional(secrets),
    health: z.exactOptional(containerHealth),
    files: z.exactOptional(files),
    limits: z.exactOptional(workerLimits),
  }),
);

/** `flask-api_otel`: no service has such a name, and each service builds its sidecars by itself. */
export function sidecarImage(service: string, name: string): string {
  return `${service}_${name}`;
}

/** The sidecars of one service. */
export function sidecarsOf(
  service: string,
  { sidecars = {} }: Pick<ServiceSpec, "sidecars">,
): NamedSidecar[] {
  return Object.entries(sidecars).map(([name, sidecar]) => {
    return { service, name, image: sidecarImage(service, name), sidecar };
  });
}

/** The sidecars of all services. */
export function allSidecars(services: Services): NamedSidecar[] {
  return Object.entries(services).flatMap(([service, spec]) => sidecarsOf(service, spec));
}

/** How the image of a service or a sidecar is built: a sidecar's by the Dockerfile in its folder. */
export function buildOf(image: string, services: Services): Build | undefined {
  const beside = sidecarOfImage(image, services);
  if (!beside) return services[image]?.build;
  const { folder } = beside.sidecar;
  return { context: folder, dockerfile: path.posix.join(folder, "Dockerfile") };
}

/** The sidecar that an image is of; none for the image of a service or the platform. */
export function sidecarOfImage(image: string, services: Services): NamedSidecar | undefined {
  return allSidecars(services).find((each) => each.image === image);
}
