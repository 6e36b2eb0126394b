import {
  type Container,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";

/** A service as ECS knows it. */
export interface ServiceName {
  readonly cluster: string;
  readonly serviceName: string;
}

/** The tasks of a service that are to run, or those that ECS remembers as stopped. */
export async function readTasks(
  ecs: ECSClient,
  { cluster, serviceName }: ServiceName,
  desiredStatus: "RUNNING" | "STOPPED",
): Promise<Task[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks;
}

/** The service's own container of each task that runs now. */
export function runningContainers(tasks: readonly Task[], service: string): Container[] {
  // A task that is to run may be starting yet; after a restart of the local AWS, one that ended
  // with it is listed too.
  return tasks
    .filter(({ lastStatus }) => lastStatus === "RUNNING")
    .flatMap(({ containers = [] }) => containers)
    .filter(({ name }) => name === service);
}

/** The images that containers really run: one, unless a deployment is under way. */
export function digestsOf(containers: readonly Container[]): string[] {
  return [...new Set(containers.map(({ imageDigest }) => imageDigest ?? "unknown"))];
}
