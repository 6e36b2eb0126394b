/**
 * Every timeout of a deployment and of `npx platform up`, with the reason for its length. A command
 * that reaches one ends with a message; nothing waits forever.
 */

/** The longest that Fargate waits for a container to start or to stop. */
const CONTAINER_SECONDS = 120;

/**
 * The slowest start allowed, from a container's start to healthy, on the build host and in its task: of a
 * service without `limits.startSeconds`, and of the platform's own images.
 */
export const START_SECONDS = 60;

/** How ECS checks a container's health once its start is over. */
export const HEALTH_CHECK = { intervalSeconds: 5, timeoutSeconds: 4, retries: 3 } as const;

/** How long ECS takes to call a container unhealthy once its start is over. */
const UNHEALTHY_SECONDS = HEALTH_CHECK.retries * HEALTH_CHECK.intervalSeconds;

/**
 * What `limits.startSeconds` may be: at least one round of health checks, and at most what leaves time
 * for them to fail before Fargate gives up.
 */
export const START_RANGE = {
  least: HEALTH_CHECK.intervalSeconds,
  most: CONTAINER_SECONDS - UNHEALTHY_SECONDS,
} as const;

/**
 * From a container's start until ECS gives up on it: long enough for its health checks to fail first, so
 * that ECS reports them as the reason.
 */
export function healthySeconds(startSeconds: number): number {
  return startSeconds + UNHEALTHY_SECONDS;
}

/** How long a caller in the VPC caches a name's addresses: the TTL of Cloud Map's records. */
export const NAME_TTL_SECONDS = 10;

/**
 * How long Route 53 takes to drop the address of a deregistered task.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-deleting.html
 */
export const NAME_PROPAGATION_SECONDS = 60;

/**
 * From SIGTERM until a service stops accepting requests: ECS deregisters a task from Cloud Map and sends
 * SIGTERM at once, while callers still have its address. Five seconds are for ECS itself.
 */
export const DRAIN_SECONDS = NAME_PROPAGATION_SECONDS + NAME_TTL_SECONDS + 5;

/**
 * From a request to stop a task until ECS says that it has: at the latest SIGKILL, first of the service,
 * then of its sidecars; then its network goes.
 */
export const TASK_STOP_SECONDS = 2 * CONTAINER_SECONDS + 60;

/** From the end of the drain to SIGKILL, for the requests in flight: without `limits.stopSeconds`. */
export const AFTER_DRAIN_SECONDS = 15;

/** What `limits.stopSeconds` may be: Fargate kills a container at the latest 120 s after SIGTERM. */
export const STOP_RANGE = { least: 1, most: CONTAINER_SECONDS - DRAIN_SECONDS } as const;

/** From SIGTERM to SIGKILL: the drain, then the requests in flight. */
export function killSeconds(stopSeconds: number): number {
  return DRAIN_SECONDS + stopSeconds;
}

/** From SIGTERM to SIGKILL of a worker or a job, which nothing has to stop calling first. */
export const WORKER_STOP_SECONDS = 30;

/** What `limits.stopSeconds` of a worker or a job may be. */
export const WORKER_STOP_RANGE = { least: 1, most: CONTAINER_SECONDS } as const;

/** How long a worker has to run before it counts as started, if it has no health check of its own. */
export const STAY_SECONDS = 10;

/**
 * How long the load balancer lets a stopping task finish its requests before SIGTERM: half a minute, and
 * never less than the service has itself, because the load balancer then cuts off what is left.
 */
export function deregistrationSeconds(stopSeconds: number): number {
  return Math.max(30, stopSeconds);
}

/** For a database setup, and for a migration. */
export const PREPARATION_SECONDS = CONTAINER_SECONDS;

/**
 * How long a database setup retries: less than ECS waits, so that its last log line gives the reason. A
 * paused Aurora resumes in 15 s, after a day's pause in 30 s or more.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export const SETUP_SECONDS = PREPARATION_SECONDS - 10;

/**
 * How long a setup retries a refused password: RDS rotates the master user's within a minute, but a task
 * keeps the one it started with. Longer than the rotation, so that the next task gets the new one.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
 */
export const ROTATION_SECONDS = 60;

/** For Fargate to place a task and pull its images: a minute, or more for large images. */
const FARGATE_SECONDS = 90;

/** For ECS to roll a service back to the previous version, whose tasks are still running. */
const ROLLBACK_SECONDS = 60;

/**
 * The circuit breaker fails a deployment after three failed tasks, or half of the desired count.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
const FAILED_TASKS = 3;

/** The factors that decide how long a deployment may take. */
export interface Rollout {
  /** Tasks that start at once: with two, it takes two rounds to reach the circuit breaker's three. */
  readonly tasks: number;
  /** Containers that must exit 0 before the service starts. */
  readonly preparations: number;
  /** `limits.startSeconds` of the service, and what its sidecars take before it starts. */
  readonly startSeconds: number;
  /** From SIGTERM to SIGKILL of the service, and then of its sidecars. */
  readonly killSeconds: number;
}

/**
 * The limit for one service's deployment, in minutes: every round of tasks that the circuit breaker
 * waits for may fail at the last moment, and the rollback still fits. A good deployment takes half a round.
 */
export function deploymentMinutes(rollout: Rollout): number {
  const { tasks, preparations, startSeconds, killSeconds: kill } = rollout;
  const rounds = Math.ceil(FAILED_TASKS / Math.min(tasks, FAILED_TASKS));
  const container = healthySeconds(startSeconds) + kill;
  const round = FARGATE_SECONDS + preparations * PREPARATION_SECONDS + container;
  return Math.ceil((rounds * round + ROLLBACK_SECONDS) / 60);
}

/**
 * From a change of the number of tasks until a further one runs, in minutes: what Fargate, the preparations
 * and a slow start take.
 */
export function startMinutes({ preparations, startSeconds }: Rollout): number {
  const round = FARGATE_SECONDS + preparations * PREPARATION_SECONDS + healthySeconds(startSeconds);
  return Math.ceil(round / 60);
}

/** The longest limit of any service's deployment: one task, both preparations, a sidecar, the longest limits. */
export const LONGEST_DEPLOYMENT_MINUTES = deploymentMinutes({
  tasks: 1,
  preparations: 2,
  startSeconds: START_RANGE.most + healthySeconds(START_RANGE.most),
  killSeconds: 2 * CONTAINER_SECONDS,
});

/** For Aurora's cluster, and for its instance: AWS needs 5 to 10; the provider's default is 2 hours. */
export const AURORA_MINUTES = 20;

/** For each step of a restore: AWS copies nothing, but a large volume's log may take this long to apply. */
export const RESTORE_MINUTES = 60;

/** Between two queries to RDS during a restore, whose steps take minutes. */
export const RDS_POLL_SECONDS = 3;

/**
 * For ACM to find the record that proves control of the domain: it needs minutes; the provider's default
 * is 75. A service's deployment comes after it and must still fit into the stack's limit. After a
 * timeout, the next deployment continues where this one stopped.
 */
export const CERTIFICATE_MINUTES = 30;

/**
 * For one whole stack, after which Terraform is asked to stop. Each is the sum of its slowest chain of
 * waits: five ECR calls; builds of ten minutes on two cores, their probes of two at most, and their
 * pushes; the network (5), Aurora's cluster, its instance, and a deployment.
 */
export const STACK_MINUTES = {
  registry: 5,
  images: 40,
  platform: 5 + 2 * AURORA_MINUTES + LONGEST_DEPLOYMENT_MINUTES,
} as const;

/** For Terraform to read a state or its outputs: it needs seconds. */
export const READ_MINUTES = 5;

/** For Terraform to finish work in progress and write its state before it is killed. */
export const STOP_TERRAFORM_SECONDS = 120;

/** For another run to release a state lock: an interrupted run needs seconds. */
export const LOCK_SECONDS = 30;

/** For HCP Terraform to start a run: an organization without a paid plan has one at a time. */
export const QUEUE_SECONDS = 180;

/** For a plan of one stack, most of which is spent reading each resource. */
export const PLAN_MINUTES = 10;

/**
 * From a plan until its approved deployment begins: ECR's login, which the plan contains, is valid for
 * half of that, but what was planned is planned once more when it is applied.
 */
export const APPROVAL_HOURS = 24;

/** For the app to write the three stacks: it takes two seconds, and four with 100 services. */
export const SYNTHESIS_SECONDS = 60;

/** For DNS to return a domain's name servers: a check queries several names within 15 seconds. */
export const NAME_SERVER = { answerMs: 1_500, attempts: 2 } as const;

/** Between two queries to ECS while Terraform waits for a deployment. */
export const ROLLOUT_POLL_SECONDS = 3;

/** For the local AWS to respond after its start: two seconds, or more with many tasks to restore. */
export const LOCAL_AWS_START_SECONDS = 60;

/** For the local AWS to write its state and stop its tasks and databases. */
export const LOCAL_AWS_STOP_SECONDS = 60;

/** For the container engine to start. */
export const ENGINE_START_SECONDS = 60;

/**
 * How many images of a service stay in the engine after a deployment: the one deployed, the one before
 * it, to which ECS rolls back, and one more to compare them with. ECR keeps its own.
 */
export const KEPT_IMAGES = 3;

/**
 * For the engine to remove old images after a deployment: a second for each. The deployment has succeeded,
 * and an engine that hangs must not hold up its end; the next one removes what is left.
 */
export const CLEAN_UP_SECONDS = 60;

/** For the engine to remove a container, or all that a local AWS has made: both take seconds. */
export const REMOVAL_SECONDS = 60;

/** For building the local AWS's image: two minutes on two cores, mostly downloads. */
export const EMULATOR_BUILD_MINUTES = 20;

/** For a base image: the registry's first response, and the whole pull on a slow line. */
export const PULL = { firstSignSeconds: 8, totalMinutes: 10 } as const;

/** For a file: the first response, and the whole download of 100 MB on a slow line. */
export const DOWNLOAD = { answerSeconds: 5, totalMinutes: 10 } as const;

/** For installing Debian packages on this machine. */
export const APT_MINUTES = 10;

/** For building a substitute for a base image: half a minute on a good line. */
export const STAND_IN_MINUTES = 15;

/** For building Terraform or a provider from source: two minutes on two cores. */
export const GO_BUILD_MINUTES = 30;

/** For Terraform to download the AWS provider: 150 MB. */
export const PROVIDERS_MINUTES = 15;

/** For another run on this machine to finish the same preparation. */
export const PREPARATION_LOCK_MINUTES = 20;

/** For a program to print its version. */
export const VERSION_SECONDS = 10;

/** For the npm registry to report whether it has a package. */
export const NPM_REGISTRY_SECONDS = 30;

/**
 * For one run of the scanner, with what is copied into its container and out of it: a scan takes half a minute, and its database of some 100 MB, which it
 * unpacks to a gigabyte, some minutes on a slow line.
 */
export const SCAN_LIMITS = { minutes: 10, memoryMiB: 2048 } as const;

/** For one request to a registry about a signature, of less than a kilobyte. */
export const REGISTRY_SECONDS = 30;

/**
 * For the tags of a new key to count: AWS promises five minutes, and a minute more is for its clocks. Until then a role
 * whose permission depends on them is denied the key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
export const NEW_KEY = { minutes: 6, pollSeconds: 10, reportSeconds: 30 } as const;
