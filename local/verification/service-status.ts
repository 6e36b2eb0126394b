import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import {
  addressesOf,
  digestsOf,
  readTasks,
  runningContainers,
  unhealthy,
} from "../../operations/diagnosis/tasks";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";

/** The state of one service, as reported by ECS. */
export interface ServiceStatus {
  readonly service: string;
  readonly running: number;
  readonly desired: number;
  /** Running tasks whose health checks fail. */
  readonly unhealthy: number;
  /** Digests of the images that its tasks run: one, except during a deployment. */
  readonly digests: readonly string[];
  /** Private addresses of its running tasks. */
  readonly addresses: readonly string[];
  /** Shortened Docker ids of the service's containers in running tasks. */
  readonly containers: readonly string[];
}

/** Asks ECS for the tasks of each service and the images that they actually run. */
export async function readStatus(
  ecs: ECSClient,
  services: readonly string[],
  config: Config,
): Promise<ServiceStatus[]> {
  return Promise.all(services.map((service) => readServiceStatus(ecs, service, config)));
}

async function readServiceStatus(
  ecs: ECSClient,
  service: string,
  config: Config,
): Promise<ServiceStatus> {
  const cluster = resourceName(config);
  const serviceName = resourceName(config, service);
  const [{ services: [description] = [] }, tasks] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] })),
    readTasks(ecs, { cluster, serviceName }, "RUNNING"),
  ]);
  const containers = runningContainers(tasks, service);
  return {
    service,
    running: description?.runningCount ?? 0,
    desired: description?.desiredCount ?? 0,
    unhealthy: unhealthy(tasks).length,
    digests: digestsOf(containers),
    addresses: addressesOf(tasks),
    containers: containers.flatMap(({ runtimeId }) => runtimeId ?? []),
  };
}
