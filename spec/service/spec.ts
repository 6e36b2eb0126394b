import type { Rollout } from "../limits";

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

/** A pair that exists: `{ cpu: 256, memory: 4096 }` does not compile. */
export type FargateSize = {
  [C in Cpu]: { readonly cpu: C; readonly memory: (typeof FARGATE_SIZES)[C][number] };
}[Cpu];

/** The number of a service's tasks. */
export interface Scaling {
  readonly min: number;
  readonly max: number;
}

/** How the service says that it serves: on the build host before the push, and in its ECS task. */
export interface HealthCheck {
  /** Path that answers 200 while the process serves. It must not look further, not at the database. */
  readonly path: string;
  /**
   * A command inside the image that GETs the URL given as its last argument and exits 0 on success:
   * `["curl", "-fsS", "-m", "2"]`, or a script of the service where the image has no curl.
   */
  readonly probe: readonly [string, ...string[]];
}

/** A service's database, where more is to be said than that it has one. */
export interface DatabaseChoice {
  /**
   * Of the database and of its login role: at most 63 lower-case letters, digits and `_`. With the name
   * that another service's database had, the service goes on with the data. @default the service's name
   */
  readonly name?: string;
}

/** What a service's author writes; everything that is deployed for the service follows from it. */
export interface ServiceSpec<Name extends string = string> {
  /** The TCP port that the container listens on, on all addresses; it is given as `PORT`. */
  readonly port: number;
  readonly health: HealthCheck;
  /** Public under this path of the load balancer. @default private: only its callers reach it */
  readonly path?: string;
  readonly size: FargateSize;
  /** Tasks: CPU above 70 % or memory above 80 % adds some, up to `max`. @default 2 to 10 */
  readonly scaling?: Scaling;
  /** Services that this one may reach. It gets `<NAME>_URL` for each, and nobody else gets in. */
  readonly calls?: readonly Name[];
  /**
   * Gives the service a database and a login role of its own on the Aurora cluster, and its tasks
   * `DATABASE_HOST`, `_PORT`, `_NAME`, `_USER`, `_PASSWORD` and `_SSLMODE`. Both are called as the
   * service is, with `_` for `-`; a `name` of their own stays when the service is renamed. @default false
   */
  readonly database?: boolean | DatabaseChoice;
  /**
   * A command of the image that must exit 0 before the service starts, on the new image and with the
   * same database settings. Several tasks may run it at once. @default nothing to migrate
   */
  readonly migrate?: readonly [string, ...string[]];
  /** Plain settings, in the probe as in the task. Not for secrets: they show in the task definition. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Docker build arguments; part of the image's content hash. Not for secrets either. */
  readonly buildArguments?: Readonly<Record<string, string>>;
}

/** The catalogue: every service by its name, which is also its folder under `services/`. */
export type Services = Readonly<Record<string, ServiceSpec>>;

/** @default of `ServiceSpec.scaling` */
export const DEFAULT_SCALING: Scaling = { min: 2, max: 10 };

/**
 * Types the catalogue: a `calls` entry that names no service does not compile. Values that types
 * cannot judge are checked by `catalogueProblems` before anything is synthesized.
 */
export function defineServices<const Name extends string>(
  services: Readonly<Record<Name, ServiceSpec<NoInfer<Name>>>>,
): Readonly<Record<Name, ServiceSpec>> {
  return services;
}

/** The variable that tells a caller where the service is: `fraud-detection` → `FRAUD_DETECTION_URL`. */
export function urlVariable(service: string): string {
  return `${service.toUpperCase().replaceAll("-", "_")}_URL`;
}

/** The entry of a service that is known to be in the catalogue, as `calls` is checked to be. */
export function specOf(service: string, services: Services): ServiceSpec {
  const spec = services[service];
  if (!spec) throw new Error(`${service} is not in the catalogue`);
  return spec;
}

/** What a service's deployment may take its time for. */
export function rolloutOf({ scaling = DEFAULT_SCALING, database, migrate }: ServiceSpec): Rollout {
  return { tasks: scaling.min, preparations: [database, migrate].filter(Boolean).length };
}

/** The paths of all public services. */
export function publicPaths(services: Services): string[] {
  return Object.values(services).flatMap(({ path }) => (path === undefined ? [] : [path]));
}
