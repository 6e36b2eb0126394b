import * as z from "zod/mini";
import {
  DRAIN_SECONDS,
  START_RANGE,
  START_SECONDS,
  STOP_RANGE,
  AFTER_DRAIN_SECONDS,
  healthySeconds,
  killSeconds,
} from "../limits";
import { entry, rule } from "../schema";

/** How long a service may take to start and to stop. The same in every environment. */
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

/** The schema of `ServiceLimits`. */
export const limits = entry<ServiceLimits>()("limits such as { startSeconds: 90 }", {
  startSeconds: z.exactOptional(
    seconds(
      START_RANGE,
      `Fargate waits at most ${healthySeconds(START_RANGE.most)} for a container, and its health checks take the last ${healthySeconds(0)} to fail`,
    ),
  ),
  stopSeconds: z.exactOptional(
    seconds(
      STOP_RANGE,
      `Fargate kills a container ${killSeconds(STOP_RANGE.most)} after SIGTERM at the latest, and the drain takes ${DRAIN_SECONDS}`,
    ),
  ),
});

function seconds({ least, most }: { least: number; most: number }, reason: string) {
  return rule<number>(
    `a whole number of seconds from ${least} to ${most}: ${reason}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** The limits of a service, with the defaults for those that it leaves out. */
export function limitsOf(service: { readonly limits?: ServiceLimits }): Required<ServiceLimits> {
  return { startSeconds: START_SECONDS, stopSeconds: AFTER_DRAIN_SECONDS, ...service.limits };
}
