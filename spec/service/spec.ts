import type { HttpAlarms, JobAlarms, QueueAlarms } from "./alarms";
import type { BucketEdges } from "./buckets";
import type { Build } from "./build";
import type { FargateSize } from "./fargate-size";
import type { ServiceFiles } from "./files";
import type { JobLimits, ServiceLimits, WorkerLimits } from "./limits";
import type { Permission } from "./permissions";
import type { QueueEdges } from "./queues";
import type { Scaling } from "./scaling";
import type { Schedule } from "./schedule";
import type { ServiceSecrets } from "./secrets";

/** A program in the image with its arguments; no shell reads them. */
export type Command = readonly [string, ...string[]];

/** Options for a service's database. */
export interface DatabaseChoice {
  /**
   * Name of the database and of the role that owns it: at most 58 lower-case letters, digits and `_`. A
   * service that takes over the name of a former service's database keeps the data.
   * @default the service's name
   */
  readonly name?: string;
}

/** The words that an entry of the catalogue may have whatever its kind. */
export interface Workload<Name extends string = string> extends QueueEdges, BucketEdges {
  readonly size: FargateSize;
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
  /**
   * Variables of the task whose values are secret: names of what `npx platform secret set` sets for each
   * environment, `["STRIPE_KEY"]`, or `{ STRIPE_KEY: true, LICENSE: "arn:…" }` with the ARNs of parameters
   * and Secrets Manager's secrets that exist elsewhere. The probe gets a stand-in. @default none
   */
  readonly secrets?: ServiceSecrets;
  /** How its image is built. @default its own folder, by the last stage of the Dockerfile in it */
  readonly build?: Build;
  /** What it may write. @default /tmp of 64 MiB, and nothing else */
  readonly files?: ServiceFiles;
  /** What it may do on AWS that no other word grants; see docs/additions.md. @default nothing */
  readonly permissions?: readonly Permission[];
  /** Who is asked about it, such as a team: tag `Owner` of its resources, and in its alarms. @default nobody */
  readonly owner?: string;
}

/** Containers beside the own one of what runs on. */
interface WithSidecars {
  /**
   * By their names; see docs/sidecars.md. A job has none: ECS stops a sidecar when the job has ended, and
   * Step Functions takes the exit code of a stopped container for a failure of the whole run. @default none
   */
  readonly sidecars?: Readonly<Record<string, Sidecar>>;
}

/** A health check by a command of the image's own, on the build host before the push and in the task. */
export interface HealthCheck {
  /** The path that the load balancer asks for; see `HttpService.health`. */
  readonly path: string;
  /**
   * Runs in the service's container and exits 0 within 4 s while the process serves.
   * @default the platform asks for the path, from a container of its own beside the service
   */
  readonly command?: Command;
}

/** An entry with `port`: it answers requests. */
export interface HttpService<Name extends string = string> extends Workload<Name>, WithSidecars {
  /** The TCP port on which the container listens on all addresses; passed as `PORT`. */
  readonly port: number;
  /**
   * The path that answers 200 within 4 s while the process serves. It must not check the database or
   * other services. The platform asks for it from a container of its own, so the image needs no tool.
   */
  readonly health: string | HealthCheck;
  /** The load balancer's public path for the service. @default private: only its callers reach it */
  readonly path?: string;
  /** The number of tasks: CPU above 70 % or memory above 80 % adds tasks, up to `max`. @default 2 to 10 */
  readonly scaling?: Scaling;
  /** How long it may take to start and to stop. @default 60 and 15 seconds */
  readonly limits?: ServiceLimits;
  /** Thresholds of its alarms that differ from the defaults; see docs/alarms.md. */
  readonly alarms?: HttpAlarms;
}

/** An entry with neither `port` nor `schedule`: it works on its own, such as on a queue. */
export interface Worker<Name extends string = string> extends Workload<Name>, WithSidecars {
  /**
   * A command in its container that exits 0 within 4 s while it works.
   * @default its container has to run for ten seconds, on the build host and in its task
   */
  readonly health?: Readonly<Required<Pick<HealthCheck, "command">>>;
  /** As of an HTTP service; with a `backlog` by the messages in its queues, and from 0 tasks. */
  readonly scaling?: Scaling;
  /** How long it may take to start and to stop. @default 60 and 30 seconds */
  readonly limits?: WorkerLimits;
  /** Thresholds of its alarms that differ from the defaults; see docs/alarms.md. */
  readonly alarms?: QueueAlarms;
}

/**
 * A container beside the service's own in each of its tasks. They share the task's size, role and network
 * interface, so each reaches the other at 127.0.0.1. The service starts after it, and ECS stops it after
 * the service. A task whose sidecar ends is replaced.
 */
export interface Sidecar extends Pick<
  Worker,
  "environment" | "secrets" | "health" | "files" | "limits"
> {
  /** The folder of its image, with a Dockerfile, relative to the project's: `sidecars/otel-collector`. */
  readonly folder: string;
}

/** An entry with `schedule`: it starts at set times and runs to its end. */
export interface Job<Name extends string = string> extends Workload<Name> {
  readonly schedule: Schedule;
  /**
   * A command that runs in the image before the push, with the job's settings but without database or
   * network, and must exit 0. @default the job's own command is started, without network, and not awaited
   */
  readonly dryRun?: Command;
  /** How long it may take to stop. @default 30 seconds */
  readonly limits?: JobLimits;
  /** Thresholds of its alarms that differ from the defaults; see docs/alarms.md. */
  readonly alarms?: JobAlarms;
}

type Without<Word extends string> = { readonly [Each in Word]?: never };

/** A service's entry in the catalogue, from which everything deployed for the service is derived. */
export type ServiceSpec<Name extends string = string> =
  | (HttpService<Name> & Without<"schedule" | "dryRun">)
  | (Worker<Name> & Without<"port" | "path" | "schedule" | "dryRun">)
  | (Job<Name> & Without<"port" | "health" | "path" | "scaling" | "sidecars">);

/** The catalogue: every service by name, which is also its folder under `services/`, unless `build` has another. */
export type Services = Readonly<Record<string, ServiceSpec>>;

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
