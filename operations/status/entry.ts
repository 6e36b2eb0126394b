/** A line of `npx platform status`; `--json` prints a list of these, with times in UTC. */
export type StatusEntry = ServiceStatus | JobStatus;

/** What all entries have. */
interface Status {
  /** The name in the catalogue. */
  readonly name: string;
  /** Whether AWS has it. */
  readonly deployed: boolean;
  /** Whether it is as it should be: nothing has failed, and nothing is under way. */
  readonly well: boolean;
  /** The queues that it receives. */
  readonly queues: readonly QueueStatus[];
}

/** A service or a worker. */
export interface ServiceStatus extends Status {
  readonly kind: "service" | "worker";
  readonly tasks: TaskCount;
  readonly deployment: DeploymentStatus;
  /** The revision of its task definition, `platform-web-dev:4`; `undefined` if it is not deployed. */
  readonly revision: string | undefined;
  /** The first characters of the digest of each image that its tasks run: one, but for a rollout. */
  readonly versions: readonly string[];
  /** At the load balancer; `undefined` for one without a path. */
  readonly targets: { readonly healthy: number; readonly registered: number } | undefined;
}

/** The tasks of a service, and the range that autoscaling has now. */
export interface TaskCount {
  readonly running: number;
  readonly desired: number;
  /** Those of the running ones whose health checks fail. */
  readonly unhealthy: number;
  /** `undefined` if autoscaling does not know the service. */
  readonly range: { readonly min: number; readonly max: number } | undefined;
}

/** The present deployment of a service. */
export interface DeploymentStatus {
  readonly state: "steady" | "rolling out" | "rolling back" | "failed" | "not deployed";
  /** When it started. */
  readonly since: string | undefined;
  /** ECS's words for a deployment that has failed. */
  readonly reason: string | undefined;
}

/** A job, and its last run. */
export interface JobStatus extends Status {
  readonly kind: "job";
  /** In words; `undefined` before the first run. */
  readonly lastRun: string | undefined;
}

/** The messages of a queue, as SQS counts them: approximately, and within a minute. */
export interface QueueStatus {
  readonly name: string;
  /** Not yet received. */
  readonly waiting: number;
  readonly deadLetters: number;
}
