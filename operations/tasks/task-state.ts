import {
  type Container,
  DescribeTasksCommand,
  type ECSClient,
  type Task,
} from "@aws-sdk/client-ecs";

/** ECS's reasons for a container that never ran; it may have an exit code all the same. */
const NEVER_RAN = /^Cannot(Start|Create|Pull)|^ResourceInitializationError/;

/** A task as ECS knows it now; `undefined` for one that it does not list yet. */
export async function readTask(
  ecs: ECSClient,
  cluster: string,
  taskArn: string,
): Promise<Task | undefined> {
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  return tasks[0];
}

/** The exit code of a task's container; `undefined` while it runs, and if it never ran. */
export function exitCodeOf(task: Task | undefined, container: string): number | undefined {
  const own = task?.containers?.find(({ name }) => name === container);
  return own && hasRun(own) ? own.exitCode : undefined;
}

/** Whether nothing more will happen in a task. */
export function hasStopped(task: Task | undefined): boolean {
  return task?.lastStatus === "STOPPED";
}

function hasRun({ reason = "" }: Container): boolean {
  return !NEVER_RAN.test(reason);
}
