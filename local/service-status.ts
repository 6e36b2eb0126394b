import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import type { Config } from "../stacks/config";
import { resourceName } from "../stacks/names";

/** What ECS says of one service. */
export interface ServiceStatus {
  readonly service: string;
  readonly running: number;
  readonly desired: number;
  /** Digests of the images that its tasks run: one, unless a deployment is under way. */
  readonly digests: readonly string[];
  /** Docker's ids, shortened, of the service's containers in running tasks. */
  readonly containers: readonly string[];
}

/** Asks ECS for the tasks of each service and the images that they really run. */
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
  const [{ services: [description] = [] }, { taskArns = [] }] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] })),
    ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: "RUNNING" })),
  ]);
  const { tasks = [] } =
    taskArns.length === 0
      ? {}
      : await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  // After a restart of the local AWS, tasks that ended with it are listed too.
  const containers = tasks
    .filter(({ lastStatus }) => lastStatus === "RUNNING")
    .flatMap(({ containers = [] }) => containers)
    .filter(({ name }) => name === service);
  const digests = containers.map(({ imageDigest }) => imageDigest ?? "unknown");
  return {
    service,
    running: description?.runningCount ?? 0,
    desired: description?.desiredCount ?? 0,
    digests: [...new Set(digests)],
    containers: containers.flatMap(({ runtimeId }) => runtimeId ?? []),
  };
}
