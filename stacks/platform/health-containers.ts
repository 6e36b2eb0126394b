import { HEALTH_CHECK, STAY_SECONDS, healthySeconds } from "../../spec/limits";
import { healthUrl } from "../../spec/container";
import { HEALTH, READY } from "../../spec/images";
import { limitsOf } from "../../spec/service/limits";
import type { HttpService } from "../../spec/service/spec";
import { type ContainerDefinitionsProps, runs, shared } from "./container-settings";

/**
 * Asks for the service's health from beside it, so that its image needs no tool for that: the containers
 * of a task share one network interface. It logs why the service is not healthy. It is essential, because
 * ECS replaces a task only for the health of such a container.
 */
export function healthContainer(props: ContainerDefinitionsProps, spec: HttpService) {
  return {
    ...beside(props),
    command: ["watch", healthUrl(spec)],
    ...healthChecked(["/ready", "check"], limitsOf(spec).startSeconds),
  };
}

/**
 * Is healthy once it has been beside a worker for `STAY_SECONDS`. A worker that ends before then takes its
 * task with it, so ECS does not count the task as running.
 */
export function stayContainer(props: ContainerDefinitionsProps) {
  const { healthCheck } = healthChecked(["/ready", "help"], 0);
  return {
    ...beside(props),
    command: ["wait"],
    // Its first check, after one interval, succeeds; a busy task has as many more as a service.
    startTimeout: healthySeconds(STAY_SECONDS * HEALTH_CHECK.retries),
    healthCheck: { ...healthCheck, interval: STAY_SECONDS },
  };
}

function beside(props: ContainerDefinitionsProps) {
  return {
    ...shared(props, HEALTH),
    ...runs(props.readyImage),
    essential: true,
    dependsOn: [{ containerName: props.service, condition: "START" }],
  };
}

/** A container that others wait for until its check passes, or until they give up. */
export function healthChecked(command: readonly string[], startSeconds: number) {
  return {
    startTimeout: healthySeconds(startSeconds),
    healthCheck: {
      command: ["CMD", ...command],
      interval: HEALTH_CHECK.intervalSeconds,
      timeout: HEALTH_CHECK.timeoutSeconds,
      retries: HEALTH_CHECK.retries,
      startPeriod: startSeconds,
    },
  };
}

/**
 * ECS counts a task as running once all its containers have started, healthy or not, and Terraform
 * counts a first deployment with running tasks as a success. This container starts once the service is
 * healthy; until then the task is pending. It does nothing, and must be essential: when the
 * `startTimeout` of the container that it waits for expires, ECS gives up on this container, and only an
 * essential container stops the task. Without it the task would be pending for hours; an optional one
 * would let it count as running.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 * @see https://github.com/aws/amazon-ecs-agent/pull/3218
 */
export function readyContainer(props: ContainerDefinitionsProps, awaited: string) {
  return {
    ...shared(props, READY),
    ...runs(props.readyImage),
    command: ["wait"],
    essential: true,
    dependsOn: [{ containerName: awaited, condition: "HEALTHY" }],
  };
}
