import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  type Container,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";

/** What ended a task of a service, in the words of ECS and of the container. */
export interface StoppedTask {
  readonly reason: string;
  /** The container that ended it: `migrate exited with 1`. */
  readonly container: string;
  /** The container's last lines, oldest first. */
  readonly log: readonly string[];
}

const LOG_LINES = 15;

/** ECS stops these because others have taken their place; nothing is wrong with them. */
const REPLACED = /^(Deployment completed|Scaling activity initiated)/;

/**
 * The newest task of a service that ended by a failure; `undefined` when ECS remembers none. It
 * forgets a stopped task after an hour.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export async function readStoppedTask(
  { ecs, logs }: { readonly ecs: ECSClient; readonly logs: CloudWatchLogsClient },
  { cluster, serviceName }: { readonly cluster: string; readonly serviceName: string },
): Promise<StoppedTask | undefined> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus: "STOPPED" }),
  );
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const task = newestFailure(tasks);
  const container = task && culpritOf(task);
  if (!container) return undefined;
  return {
    reason: task.stoppedReason ?? "ECS gives no reason",
    container: describeEnd(container),
    log: await lastLines(task, container, ecs, logs),
  };
}

/** The failed task that stopped last. */
export function newestFailure(tasks: readonly Task[]): Task | undefined {
  return tasks
    .filter((task) => culpritOf(task)?.exitCode || !REPLACED.test(task.stoppedReason ?? ""))
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .at(0);
}

/** The container that exited with an error; otherwise the last one, which is the service itself. */
export function culpritOf({ containers = [] }: Task): Container | undefined {
  return containers.find(({ exitCode }) => exitCode) ?? containers.at(-1);
}

function describeEnd({ name = "?", exitCode, reason }: Container): string {
  const end = exitCode === undefined ? "never ran" : `exited with ${exitCode}`;
  return [`${name} ${end}`, reason].filter(Boolean).join(": ");
}

async function lastLines(
  { taskArn, taskDefinitionArn }: Task,
  { name }: Container,
  ecs: ECSClient,
  logs: CloudWatchLogsClient,
): Promise<string[]> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
  );
  const definition = taskDefinition?.containerDefinitions?.find((each) => each.name === name);
  const options = definition?.logConfiguration?.options;
  const group = options?.["awslogs-group"];
  if (!group) return [];
  const prefix = options["awslogs-stream-prefix"] ?? "";
  const logStreamName = [prefix, name, taskArn?.split("/").at(-1)].join("/");
  try {
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName, limit: LOG_LINES }),
    );
    return events.map(({ message = "" }) => message.trimEnd());
  } catch (error) {
    // A container that never ran has no stream.
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}
