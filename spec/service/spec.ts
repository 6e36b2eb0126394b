import type { Rollout } from "../limits";
import type { Build } from "./build";
import type { ServiceFiles } from "./files";
import { type ServiceLimits, limitsOf } from "./limits";
import type { Permission } from "./permissions";
import type { Scaling } from "./scaling";

/**
 * The task sizes that Fargate accepts: memory in MiB for each number of CPU units (1024 = 1 vCPU).
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */
export const FARGATE_SIZES = {
  256: [512, 1024, 2048],
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: [4096, 5120, 6144, 7168, 8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384],
  4096: [
    8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384, 17408, 18432, 19456, 20480, 21504,
    22528, 23552, 24576, 25600, 26624, 27648, 28672, 29696, 30720,
  ],
  8192: [16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440],
  16384: [32768, 40960, 49152, 57344, 65536, 73728, 81920, 90112, 98304, 106496, 114688, 122880],
} as const;

type Cpu = keyof typeof FARGATE_SIZES;

/** A valid pair: `{ cpu: 256, memory: 4096 }` does not compile. */
export type FargateSize = {
  [C in Cpu]: { readonly cpu: C; readonly memory: (typeof FARGATE_SIZES)[C][number] };
}[Cpu];

/** A program in the image with its arguments; no shell reads them. */
export type Command = readonly [string, ...string[]];

/** A health check by a command of the image's own, on the build host before the push and in the task. */
export interface HealthCheck {
  /** The path that the load balancer asks for; see `ServiceSpec.health`. */
  readonly path: string;
  /**
   * Runs in the service's container and exits 0 within 4 s while the process serves.
   * @default the platform asks for the path, from a container of its own beside the service
   */
  readonly command?: Command;
}

/** Options for a service's database. */
export interface DatabaseChoice {
  /**
   * Name of the database and of the role that owns it: at most 58 lower-case letters, digits and `_`. A
   * service that takes over the name of a former service's database keeps the data.
   * @default the service's name
   */
  readonly name?: string;
}

/** A service's entry in the catalogue, from which everything deployed for the service is derived. */
export interface ServiceSpec<Name extends string = string> {
  /** The TCP port on which the container listens on all addresses; passed as `PORT`. */
  readonly port: number;
  /**
   * The path that answers 200 within 4 s while the process serves. It must not check the database or
   * other services. The platform asks for it from a container of its own, so the image needs no tool.
   */
  readonly health: string | HealthCheck;
  /** The load balancer's public path for the service. @default private: only its callers reach it */
  readonly path?: string;
  readonly size: FargateSize;
  /** The number of tasks: what they are busy with adds tasks, up to `max`. @default 2 to 10 */
  readonly scaling?: Scaling;
  /** Services that this one may reach; all others are blocked. It gets `<NAME>_URL` for each. */
  readonly calls?: readonly Name[];
  /**
   * Gives the service its own database and login role on the Aurora cluster, and its tasks
   * `DATABASE_HOST`, `_PORT`, `_NAME`, `_USER`, `_PASSWORD`, `_SSLMODE` (always `verify-full`) and `_CA`
   * (PEM text of the authorities to trust, as a client's `sslrootcert`). Both are named after the
   * service, with `_` for `-`; an explicit `name` survives a rename of the service. @default false
   */
  readonly database?: boolean | DatabaseChoice;
  /**
   * A command that must exit 0 before the service starts. It runs in the new image with the same
   * database settings. Several tasks may run it at once. @default nothing to migrate
   */
  readonly migrate?: Command;
  /** Plain variables for the probe and the task. Not for secrets: the task definition shows them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How its image is built. @default its own folder, by the last stage of the Dockerfile in it */
  readonly build?: Build;
  /** How long it may take to start and to stop. @default 60 and 15 seconds */
  readonly limits?: ServiceLimits;
  /** What it may write. @default /tmp of 64 MiB, and nothing else */
  readonly files?: ServiceFiles;
  /** What it may do on AWS that no other word grants; see docs/additions.md. @default nothing */
  readonly permissions?: readonly Permission[];
}

/** The catalogue: every service by name, which is also its folder under `services/`, unless `build` has another. */
export type Services = Readonly<Record<string, ServiceSpec>>;

/** @default of `ServiceSpec.scaling` */
export const DEFAULT_SCALING: Scaling = { min: 2, max: 10 };

/**
 * Types the catalogue: a `calls` entry that names no service does not compile. `catalogueProblems`
 * checks it again, and what types cannot, before anything is synthesized.
 */
export function defineServices<const Name extends string>(
  services: Readonly<Record<Name, ServiceSpec<NoInfer<Name>>>>,
): Readonly<Record<Name, ServiceSpec>> {
  return services;
}

/** The variable with a service's URL for its callers: `fraud-detection` → `FRAUD_DETECTION_URL`. */
export function urlVariable(service: string): string {
  return `${service.toUpperCase().replaceAll("-", "_")}_URL`;
}

/** The entry of a service that is known to be in the catalogue, such as a checked `calls` entry. */
export function specOf(service: string, services: Services): ServiceSpec {
  const spec = services[service];
  if (!spec) throw new Error(`${service} is not in the catalogue`);
  return spec;
}

/** A service's health check, however it is written. */
export function healthCheckOf({ health }: Pick<ServiceSpec, "health">): HealthCheck {
  return typeof health === "string" ? { path: health } : health;
}

/** The parts of a service's deployment that take time. */
export function rolloutOf(service: ServiceSpec): Rollout {
  const { scaling = DEFAULT_SCALING, database, migrate } = service;
  const preparations = [database, migrate].filter(Boolean).length;
  return { tasks: scaling.min, preparations, ...limitsOf(service) };
}

/** The paths of all public services. */
export function publicPaths(services: Services): string[] {
  return Object.values(services).flatMap(({ path }) => (path === undefined ? [] : [path]));
}
