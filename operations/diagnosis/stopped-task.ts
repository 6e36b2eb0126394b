import type { Container, Task } from "@aws-sdk/client-ecs";
import { HEALTH, READY } from "../../spec/images";
import type { Clients } from "../target/clients";
import { lastLines } from "./last-lines";
import { lastPart } from "./log-stream";
import { type ServiceName, readTasks } from "./tasks";

/** Why a task of a service stopped, as reported by ECS and the container. */
export interface StoppedTask {
  readonly id: string;
  /** `family:revision` of its task definition. */
  readonly taskDefinition: string;
  readonly stoppedAt: Date | undefined;
  readonly reason: string;
  /** Why the service was not healthy, as the container beside it saw it, if that was the reason. */
  readonly health: string | undefined;
  /** The container that caused the stop. */
  readonly container: {
    readonly name: string;
    readonly exitCode: number | undefined;
    readonly reason: string | undefined;
    /** Its last lines, oldest first. */
    readonly log: readonly string[];
  };
}

/** ECS's reason for a container that never started because of the named dependency. */
const GIVEN_UP = /container ordering dependency \[([\w-]+)/;

/** Stop codes of failures. ECS also stops tasks when it replaces them or scales in. */
const FAILURES = new Set(["TaskFailedToStart", "EssentialContainerExited"]);
const FAILED = /\bfailed\b/i;
const FAILED_HEALTH = new RegExp(`health check|ordering dependency \\[${HEALTH}\\b`, "i");

/**
 * The latest task of a service that failed; `undefined` when ECS lists none. ECS lists a stopped task
 * for an hour.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
export async function readStoppedTask(
  clients: Clients,
  names: ServiceName,
): Promise<StoppedTask | undefined> {
  const task = newestFailure(await readTasks(clients.ecs, names, "STOPPED"));
  return task && (await describeStopped(task, clients));
}

/** Why a task stopped; `undefined` without its containers. */
export async function describeStopped(
  task: Task,
  clients: Clients,
): Promise<StoppedTask | undefined> {
  const culprit = culpritOf(task);
  if (!culprit) return undefined;
  const { name = "?", exitCode } = culprit;
  const reason = culprit.reason ?? waitEnded(task);
  return {
    id: lastPart(task.taskArn),
    taskDefinition: lastPart(task.taskDefinitionArn),
    stoppedAt: task.stoppedAt,
    reason: task.stoppedReason ?? "ECS reports no reason",
    health: await unhealthiness(task, clients),
    container: { name, exitCode, reason, log: await lastLines(task, name, clients) },
  };
}

/** The failed task that stopped last. Exit codes of tasks that ECS itself stopped do not count. */
export function newestFailure(tasks: readonly Task[]): Task | undefined {
  return tasks
    .filter(({ stopCode = "", stoppedReason = "" }) => {
      return FAILURES.has(stopCode) || FAILED.test(stoppedReason);
    })
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .at(0);
}

/** What a program ends with that ECS has stopped with its task: it heeds SIGTERM, or is killed. */
const STOPPED_WITH: readonly (number | undefined)[] = [undefined, 0, 143, 137];

/**
 * The container that caused a task to stop: the dependency that others waited for, or the one that
 * exited with an error of its own; otherwise the last one, which is the service itself. The other
 * containers of a task, its sidecars among them, are stopped with it.
 */
export function culpritOf({ containers = [] }: Task): Container | undefined {
  // They run as long as their task and only report on the service.
  const candidates = containers.filter(({ name }) => name !== READY && name !== HEALTH);
  const given = containers.flatMap(({ reason = "" }) => GIVEN_UP.exec(reason)?.[1] ?? []);
  // ECS gives up along a chain: a container that never started failed because of its dependency.
  const neverStarted = containers.filter(({ reason = "" }) => GIVEN_UP.test(reason));
  const awaited = given.find((name) => !neverStarted.some((container) => container.name === name));
  return (
    candidates.find(({ name }) => name === awaited) ??
    candidates.find(({ exitCode }) => !STOPPED_WITH.includes(exitCode)) ??
    candidates.find(({ reason }) => reason?.startsWith("OutOfMemory")) ??
    candidates.at(-1)
  );
}

/** The last words of the container that asked for the service's health. */
async function unhealthiness(task: Task, clients: Clients): Promise<string | undefined> {
  const isAsked = task.containers?.some(({ name }) => name === HEALTH) ?? false;
  const words = `${task.stoppedReason ?? ""} ${waitEnded(task) ?? ""}`;
  if (!isAsked || !FAILED_HEALTH.test(words)) return undefined;
  return (await lastLines(task, HEALTH, clients)).at(-1);
}

/** Why ECS gave up on a waiting container. */
function waitEnded({ containers = [] }: Task): string | undefined {
  return containers.map(({ reason }) => reason).find((reason) => GIVEN_UP.test(reason ?? ""));
}
