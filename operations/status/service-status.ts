import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { mayHaveNone } from "../../spec/service/kinds";
import type { ServiceSpec } from "../../spec/service/spec";
import { lastPart } from "../diagnosis/log-stream";
import type { Clients } from "../target/clients";
import type { DeploymentStatus, ServiceStatus, TaskCount } from "./entry";

/** What AWS says of one service. */
export interface ServiceFacts {
  /** `undefined` if ECS does not have it. */
  readonly found: Service | undefined;
  readonly range: TaskCount["range"];
  /** Running tasks whose health checks fail. */
  readonly unhealthy: number;
  readonly versions: readonly string[];
  readonly targets: ServiceStatus["targets"];
}

const NONE: DeploymentStatus = { state: "not deployed", since: undefined, reason: undefined };

/** The status of a service or worker, without its queues. */
export function serviceStatus(
  spec: ServiceSpec,
  { found, range, unhealthy, versions, targets }: ServiceFacts,
): Omit<ServiceStatus, "name" | "kind" | "queues"> {
  const { runningCount: running = 0, desiredCount: desired = 0, deployments = [] } = found ?? {};
  const { taskDefinition } = found ?? {};
  const deployment = found ? deploymentStatus(deployments) : NONE;
  const well =
    deployment.state === "steady" &&
    running >= desired &&
    unhealthy === 0 &&
    (desired > 0 || mayHaveNone(spec)) &&
    (targets === undefined || targets.healthy >= desired);
  return {
    deployed: found !== undefined,
    well,
    tasks: { running, desired, unhealthy, range },
    deployment,
    revision: taskDefinition === undefined ? undefined : lastPart(taskDefinition),
    versions,
    targets,
  };
}

/**
 * The state of a service by its deployments. ECS lists a failed deployment while its tasks go on, beside the one that it rolls back to.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function deploymentStatus(deployments: readonly Deployment[]): DeploymentStatus {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const { rolloutState, rolloutStateReason, createdAt } = primary ?? {};
  const since = createdAt?.toISOString();
  if (rolloutState === "COMPLETED") return { state: "steady", since, reason: undefined };
  if (rolloutState === "FAILED") return { state: "failed", since, reason: rolloutStateReason };
  const failed = deployments.find((each) => each.rolloutState === "FAILED");
  return failed
    ? { state: "rolling back", since, reason: failed.rolloutStateReason }
    : { state: "rolling out", since, reason: undefined };
}

/** The targets of a service at the load balancer; `undefined` if it has none. */
export async function readTargets(
  { loadBalancers = [] }: Service,
  { loadBalancing }: Pick<Clients, "loadBalancing">,
): Promise<ServiceStatus["targets"]> {
  const groups = loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  if (groups.length === 0) return undefined;
  const answers = await Promise.all(
    groups.map((TargetGroupArn) =>
      loadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    ),
  );
  const states = answers
    .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
    .map(({ TargetHealth }) => TargetHealth?.State)
    // A task that stops finishes its requests.
    .filter((state) => state !== "draining");
  return {
    healthy: states.filter((state) => state === "healthy").length,
    registered: states.length,
  };
}
