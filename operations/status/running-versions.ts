import {
  DescribeTasksCommand,
  type ECSClient,
  type Task,
  paginateListTasks,
} from "@aws-sdk/client-ecs";
import { digestsOf, runningContainers } from "../diagnosis/tasks";
import { hasName } from "../target/aws-error";

/** The most tasks of one request. */
const TASKS_AT_ONCE = 100;

/** Characters of a digest that tell two images of a service apart. */
const DIGEST = 12;

/**
 * All tasks of a cluster in two requests for each hundred, because the tasks alone say which image runs and whether they
 * are healthy.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
 */
export async function clusterTasks(cluster: string, client: ECSClient): Promise<Task[]> {
  const found: Task[] = [];
  try {
    const pages = paginateListTasks({ client, pageSize: TASKS_AT_ONCE }, { cluster });
    for await (const { taskArns: tasks = [] } of pages) {
      if (tasks.length === 0) continue;
      const answer = await client.send(new DescribeTasksCommand({ cluster, tasks }));
      found.push(...(answer.tasks ?? []));
    }
  } catch (error) {
    if (!hasName(error, "ClusterNotFoundException")) throw error;
  }
  return found;
}

/**
 * The tasks of one service.
 *
 * @param serviceName its name in ECS
 */
export function tasksOf(tasks: readonly Task[], serviceName: string): Task[] {
  return tasks.filter(({ group }) => group === `service:${serviceName}`);
}

/** The first characters of the digest of each image that a service's tasks run. */
export function runningVersions(tasks: readonly Task[], service: string): string[] {
  return digestsOf(runningContainers(tasks, service)).map((digest) =>
    digest.replace(/^sha256:/, "").slice(0, DIGEST),
  );
}
