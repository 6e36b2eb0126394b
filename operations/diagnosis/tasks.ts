import {
  type Container,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";

/** The names by which ECS identifies a service. */
export interface ServiceName {
  readonly cluster: string;
  readonly serviceName: string;
}

/** The names by which ECS identifies tasks that no service has started. */
export interface FamilyName {
  readonly cluster: string;
  /** The family of their task definition. */
  readonly family: string;
}

/**
 * The tasks of a service or a family with the desired status RUNNING, or the stopped ones that ECS still
 * lists.
 */
export async function readTasks(
  ecs: ECSClient,
  names: ServiceName | FamilyName,
  desiredStatus: "RUNNING" | "STOPPED",
): Promise<Task[]> {
  const { cluster } = names;
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ ...names, desiredStatus }));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks;
}

/**
 * The tasks that run now. A task with the desired status RUNNING may still be starting; after a restart
 * of the local AWS, tasks from before it are listed too.
 */
function running(tasks: readonly Task[]): Task[] {
  return tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
}

/** The tasks that run although their health checks fail. */
export function unhealthy(tasks: readonly Task[]): Task[] {
  return running(tasks).filter(({ healthStatus }) => healthStatus === "UNHEALTHY");
}

/** The private address of each running task. */
export function addressesOf(tasks: readonly Task[]): string[] {
  return running(tasks)
    .flatMap(({ attachments = [] }) => attachments)
    .flatMap(({ details = [] }) => details)
    .flatMap(({ name, value }) => (name === "privateIPv4Address" && value ? [value] : []));
}

/** The service's own container in each running task. */
export function runningContainers(tasks: readonly Task[], service: string): Container[] {
  return running(tasks)
    .flatMap(({ containers = [] }) => containers)
    .filter(({ name }) => name === service);
}

/** The digests that containers run: one, unless a deployment is in progress. */
export function digestsOf(containers: readonly Container[]): string[] {
  return [...new Set(containers.map(({ imageDigest }) => imageDigest ?? "unknown"))];
}
