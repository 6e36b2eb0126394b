/**
 * Every wait of a deployment and of `npx platform up`, and why it is as long as it is. A limit that is
 * reached ends the command with a message; nothing waits for ever.
 */

/** From a container's start to healthy, on the build host as in its task: the slowest start allowed. */
export const START_SECONDS = 60;

/** How ECS asks a container for its health, once `START_SECONDS` have passed. */
export const HEALTH_CHECK = { intervalSeconds: 5, timeoutSeconds: 4, retries: 3 } as const;

/**
 * From a container's start until ECS gives it up, at most 120 on Fargate: long enough for its health
 * checks to fail first, so that the reason is theirs.
 */
export const HEALTHY_SECONDS = START_SECONDS + HEALTH_CHECK.retries * HEALTH_CHECK.intervalSeconds;

/** For which a caller in the VPC keeps the addresses of a name: the TTL of Cloud Map's records. */
export const NAME_TTL_SECONDS = 10;

/**
 * For Route 53 to forget the address of a task that was deregistered.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-deleting.html
 */
export const NAME_PROPAGATION_SECONDS = 60;

/**
 * From SIGTERM until a service stops accepting: ECS deregisters a task from Cloud Map and sends its
 * SIGTERM without a wait, while callers still have its address. Five are for what ECS takes itself.
 */
export const DRAIN_SECONDS = NAME_PROPAGATION_SECONDS + NAME_TTL_SECONDS + 5;

/** From SIGTERM to SIGKILL: the drain, and then what is in flight. Fargate allows 120. */
export const STOP_SECONDS = DRAIN_SECONDS + 15;

/** For which the load balancer lets the requests of a leaving task go on, before its SIGTERM. */
export const DEREGISTRATION_SECONDS = 30;

/** For the setup of a database, and for a migration: the most that Fargate waits for a container. */
export const PREPARATION_SECONDS = 120;

/**
 * For the setup of a database to try again: less than ECS waits, so that its last line says for what. A
 * paused Aurora resumes in 15 s, after a day's pause in 30 or more.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
export const SETUP_SECONDS = PREPARATION_SECONDS - 10;

/**
 * For a password that the database refuses: RDS rotates the master user's within a minute, and a task
 * keeps the one that it was started with. Longer than the rotation, so that the next task gets the new one.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
 */
export const ROTATION_SECONDS = 60;

/** For Fargate to find a place for a task and to pull its images: a minute, and more for large ones. */
const FARGATE_SECONDS = 90;

/** For ECS to put a service back to the version before, whose tasks never ended. */
const ROLLBACK_SECONDS = 60;

/**
 * The circuit breaker gives a deployment up after three failed tasks, or half of those wanted.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
const FAILED_TASKS = 3;

/** What decides how long a deployment may take. */
export interface Rollout {
  /** The tasks that start at once: two fail twice before the circuit breaker has its three. */
  readonly tasks: number;
  /** The containers that must exit 0 before the service starts. */
  readonly preparations: number;
}

/**
 * For one service's deployment, in minutes: each round of tasks that the circuit breaker waits for may
 * fail as late as it can, and the roll-back still fits. A good deployment takes half a round.
 */
export function deploymentMinutes({ tasks, preparations }: Rollout): number {
  const rounds = Math.ceil(FAILED_TASKS / Math.min(tasks, FAILED_TASKS));
  const preparation = preparations * PREPARATION_SECONDS;
  const round = FARGATE_SECONDS + preparation + HEALTHY_SECONDS + STOP_SECONDS;
  return Math.ceil((rounds * round + ROLLBACK_SECONDS) / 60);
}

/** The longest that any service's deployment may take: one task, both preparations. */
export const LONGEST_DEPLOYMENT_MINUTES = deploymentMinutes({ tasks: 1, preparations: 2 });

/** For Aurora's cluster, and for its instance: AWS needs 5 to 10; the provider would wait 2 hours. */
export const AURORA_MINUTES = 20;

/**
 * For ACM to find the record that proves whose the domain is: it needs minutes, the provider would
 * wait 75. A service's deployment comes after it and must still fit into its stack's limit. Whoever
 * is late goes on where it ended with the next deployment.
 */
export const CERTIFICATE_MINUTES = 30;

/**
 * For all of one stack, after which Terraform is asked to stop. Each is what its slowest chain of
 * waits may take: five calls of ECR; builds of ten minutes on two cores and their pushes; the
 * network (5), Aurora's cluster, its instance, and a deployment.
 */
export const STACK_MINUTES = {
  registry: 5,
  images: 40,
  platform: 5 + 2 * AURORA_MINUTES + LONGEST_DEPLOYMENT_MINUTES,
} as const;

/** For Terraform to read a state or what it gives out: it needs seconds. */
export const READ_MINUTES = 5;

/** For Terraform to end what it has begun and to write its state, before it is killed. */
export const STOP_TERRAFORM_SECONDS = 120;

/** For another run to let go of a state: one that was interrupted needs seconds. */
export const LOCK_SECONDS = 30;

/** For HCP Terraform to begin a run: an organization without a plan has one at a time. */
export const QUEUE_SECONDS = 180;

/** For a plan of one stack, of which the reading of each resource is the most. */
export const PLAN_MINUTES = 10;

/** For the app to write the three stacks: it takes two seconds, and four with 100 services. */
export const SYNTHESIS_SECONDS = 60;

/** For DNS to name a domain's servers: several names are asked within a check of 15 seconds. */
export const NAME_SERVER = { answerMs: 1_500, attempts: 2 } as const;

/** Between two looks at ECS while Terraform waits for a deployment. */
export const ROLLOUT_POLL_SECONDS = 3;

/** For the local AWS to answer after its start: it takes two seconds, more with many tasks to restore. */
export const LOCAL_AWS_START_SECONDS = 60;

/** For the local AWS to write its state and to end its tasks and databases. */
export const LOCAL_AWS_STOP_SECONDS = 60;

/** For the container engine to start. */
export const ENGINE_START_SECONDS = 60;

/** For the local AWS's image to be built: two minutes on two cores, of which most is downloads. */
export const EMULATOR_BUILD_MINUTES = 20;

/** For a base image: the first sign of a registry, and the whole of it on a slow line. */
export const PULL = { firstSignSeconds: 8, totalMinutes: 10 } as const;

/** For a file: the first answer, and the whole of 100 MB on a slow line. */
export const DOWNLOAD = { answerSeconds: 5, totalMinutes: 10 } as const;

/** For packages of Debian to be installed into this machine. */
export const APT_MINUTES = 10;

/** For a stand-in of a base image: half a minute on a good line. */
export const STAND_IN_MINUTES = 15;

/** For Terraform or a provider to be built from source: two minutes on two cores. */
export const GO_BUILD_MINUTES = 30;

/** For the AWS provider to be downloaded by Terraform: 150 MB. */
export const PROVIDERS_MINUTES = 15;

/** For another run on this machine that prepares the same thing. */
export const PREPARATION_LOCK_MINUTES = 20;

/** For a program to say its version. */
export const VERSION_SECONDS = 10;

/** For the npm registry to say whether it has a package. */
export const NPM_REGISTRY_SECONDS = 30;
