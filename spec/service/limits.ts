import * as z from "zod/mini";
import {
  AFTER_DRAIN_SECONDS,
  DRAIN_SECONDS,
  START_RANGE,
  START_SECONDS,
  STOP_RANGE,
  WORKER_STOP_RANGE,
  WORKER_STOP_SECONDS,
  healthySeconds,
  killSeconds,
} from "../limits";
import { entry, whole } from "../schema";

/** How long an HTTP service may take to start and to stop. The same in every environment. */
export interface ServiceLimits {
  /**
   * The slowest start allowed, in seconds from the container's start to healthy: on the build host, where
   * a slower image is not pushed, and in the task, which a slower start stops. 5 to 105, because Fargate
   * waits at most 120 for a container and the health checks need 15 of them to fail. @default 60
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly startSeconds?: number;
  /**
   * What the service has after its drain (`DRAIN_SECONDS`) to finish its requests before it is killed, in
   * seconds. 1 to 45, because Fargate kills a container 120 after SIGTERM at the latest. @default 15
   */
  readonly stopSeconds?: number;
}

/** How long a job may take to stop. The same in every environment. */
export interface JobLimits {
  /**
   * From SIGTERM until it is killed, in seconds: 1 to 120, which is the most that Fargate allows.
   * @default 30
   */
  readonly stopSeconds?: number;
}

/** How long a worker may take to start and to stop. The same in every environment. */
export interface WorkerLimits extends JobLimits {
  /** As of an HTTP service; for a worker with `health`. @default 60 */
  readonly startSeconds?: number;
}

const startSeconds = z.exactOptional(
  seconds(
    START_RANGE,
    `Fargate waits at most ${healthySeconds(START_RANGE.most)} for a container, and its health checks take the last ${healthySeconds(0)} to fail`,
  ),
);

const stopSeconds = z.exactOptional(
  seconds(
    WORKER_STOP_RANGE,
    `Fargate kills a container ${WORKER_STOP_RANGE.most} after SIGTERM at the latest`,
  ),
);

/** The schema of `ServiceLimits`. */
export const serviceLimits = entry<ServiceLimits>()("limits such as { startSeconds: 90 }", {
  startSeconds,
  stopSeconds: z.exactOptional(
    seconds(
      STOP_RANGE,
      `Fargate kills a container ${killSeconds(STOP_RANGE.most)} after SIGTERM at the latest, and the drain takes ${DRAIN_SECONDS}`,
    ),
  ),
});

/** The schema of `WorkerLimits`. */
export const workerLimits = entry<WorkerLimits>()("limits such as { stopSeconds: 90 }", {
  startSeconds,
  stopSeconds,
});

/** The schema of `JobLimits`. */
export const jobLimits = entry<JobLimits>()("limits such as { stopSeconds: 90 }", { stopSeconds });

function seconds({ least, most }: { least: number; most: number }, reason: string) {
  return whole(`a whole number of seconds from ${least} to ${most}: ${reason}`, least, most);
}

/** The limits of a container, with the defaults for those that its service leaves out, in seconds. */
export interface ContainerLimits {
  readonly startSeconds: number;
  /** What it has to finish its work. */
  readonly stopSeconds: number;
  /** From SIGTERM to SIGKILL: an HTTP service drains first, because callers still have its address. */
  readonly killSeconds: number;
}

/** The limits of a service of any kind. */
export function limitsOf(service: {
  readonly port?: number;
  readonly limits?: WorkerLimits;
}): ContainerLimits {
  const { startSeconds = START_SECONDS, stopSeconds } = service.limits ?? {};
  if (service.port === undefined) {
    const stop = stopSeconds ?? WORKER_STOP_SECONDS;
    return { startSeconds, stopSeconds: stop, killSeconds: stop };
  }
  const stop = stopSeconds ?? AFTER_DRAIN_SECONDS;
  return { startSeconds, stopSeconds: stop, killSeconds: killSeconds(stop) };
}
