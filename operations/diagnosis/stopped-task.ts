import { GetLogEventsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { type Container, DescribeTaskDefinitionCommand, type Task } from "@aws-sdk/client-ecs";
import { READY } from "../../spec/images";
import type { Clients } from "../target/clients";
import { type ServiceName, readTasks } from "./tasks";

/** What ended a task of a service, in the words of ECS and of the container. */
export interface StoppedTask {
  readonly id: string;
  /** `family:revision` of its task definition. */
  readonly taskDefinition: string;
  readonly stoppedAt: Date | undefined;
  /** `EssentialContainerExited`, `TaskFailedToStart`, … */
  readonly stopCode: string;
  readonly reason: string;
  /** The container that ended it. */
  readonly container: {
    readonly name: string;
    readonly exitCode: number | undefined;
    readonly reason: string | undefined;
    /** Its last lines, oldest first. */
    readonly log: readonly string[];
  };
}

const LOG_LINES = 10;

/** What ECS says of a container that it has not started because of another, which it names. */
const GIVEN_UP = /container ordering dependency \[([\w-]+)/;

/** ECS stops tasks for other reasons too: others have taken their place, or fewer are wanted. */
const FAILURES = new Set(["TaskFailedToStart", "EssentialContainerExited"]);
const FAILED = /\bfailed\b/i;

/**
 * The newest task of a service that ended by a failure; `undefined` when ECS remembers none. It
 * forgets a stopped task after an hour.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export async function readStoppedTask(
  clients: Clients,
  names: ServiceName,
): Promise<StoppedTask | undefined> {
  const task = newestFailure(await readTasks(clients.ecs, names, "STOPPED"));
  const culprit = task && culpritOf(task);
  if (!culprit) return undefined;
  const { name = "?", exitCode } = culprit;
  const reason = culprit.reason ?? waitEnded(task);
  return {
    id: lastPart(task.taskArn),
    taskDefinition: lastPart(task.taskDefinitionArn),
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode ?? "unknown",
    reason: task.stoppedReason ?? "ECS gives no reason",
    container: { name, exitCode, reason, log: await lastLines(task, name, clients) },
  };
}

/** The failed task that stopped last. How a task exits that ECS itself has stopped does not count. */
export function newestFailure(tasks: readonly Task[]): Task | undefined {
  return tasks
    .filter(({ stopCode = "", stoppedReason = "" }) => {
      return FAILURES.has(stopCode) || FAILED.test(stoppedReason);
    })
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .at(0);
}

/**
 * The container that ended a task: the one that others waited for in vain, or that exited with an
 * error; otherwise the last one, which is the service itself.
 */
export function culpritOf({ containers = [] }: Task): Container | undefined {
  // It ends with its task, and does nothing that could fail.
  const candidates = containers.filter(({ name }) => name !== READY);
  const given = containers.flatMap(({ reason = "" }) => GIVEN_UP.exec(reason)?.[1] ?? []);
  // ECS gives up along a chain: what was never started was given up for what comes before it.
  const neverStarted = containers.filter(({ reason = "" }) => GIVEN_UP.test(reason));
  const awaited = given.find((name) => !neverStarted.some((container) => container.name === name));
  return (
    candidates.find(({ name }) => name === awaited) ??
    candidates.find(({ exitCode }) => exitCode) ??
    candidates.at(-1)
  );
}

/** Why ECS has given up a container that waited. */
function waitEnded({ containers = [] }: Task): string | undefined {
  return containers.map(({ reason }) => reason).find((reason) => GIVEN_UP.test(reason ?? ""));
}

/** The group and the stream are those that the task definition names. */
async function lastLines(
  { taskArn, taskDefinitionArn }: Task,
  container: string,
  { ecs, logs }: Clients,
): Promise<string[]> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
  );
  const definition = taskDefinition?.containerDefinitions?.find(({ name }) => name === container);
  const options = definition?.logConfiguration?.options;
  const logGroupName = options?.["awslogs-group"];
  if (!logGroupName) return [];
  const prefix = options["awslogs-stream-prefix"] ?? "";
  const logStreamName = [prefix, container, lastPart(taskArn)].join("/");
  try {
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, limit: LOG_LINES }),
    );
    return events.map(({ message = "" }) => message.trimEnd());
  } catch (error) {
    // A container that never ran has no stream.
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}

function lastPart(arn = "unknown"): string {
  return arn.split("/").at(-1) ?? arn;
}
