import type { ManagedAgent, Task } from "@aws-sdk/client-ecs";
import { shortTaskId } from "../diagnosis/log-stream";
import { Refusal } from "../terminal/refusal";

/** ECS's name for its agent in each container of a task that can be entered. */
const AGENT = "ExecuteCommandAgent";

/** A container of a running task. */
export interface EnteredContainer {
  /** The task's ID. */
  readonly task: string;
  /** The start of the ID, for people. */
  readonly shown: string;
  /** What engine and agent call the container. */
  readonly runtimeId: string;
  /** How many tasks of the service run. */
  readonly running: number;
  /** The ARN of the task's revision. */
  readonly revision: string | undefined;
  /** ECS's agent in it, once ECS reports it. */
  readonly agent: ManagedAgent | undefined;
}

/** Who wants to enter, and what. */
export interface Wanted {
  readonly service: string;
  readonly suffix: string;
  readonly container: string;
  /** The ID of a task, or its beginning. @default the newest healthy one */
  readonly task: string | undefined;
}

/**
 * The container to enter: of the named task, or of the newest healthy one. Without a healthy one it is of the
 * newest that runs, which may be the one to look at.
 *
 * @param tasks those of the service that ECS wants to run
 * @throws Refusal if there is no such task or container, or if the task started without ECS Exec
 */
export function chooseContainer(tasks: readonly Task[], wanted: Wanted): EnteredContainer {
  const { service, suffix } = wanted;
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").sort(byHealthAndAge);
  const chosen = running.find((task) => idOf(task).startsWith(wanted.task ?? ""));
  if (!chosen) throw noTask(running, wanted);
  const shown = shortTaskId(chosen.taskArn);
  if (chosen.enableExecuteCommand !== true) {
    throw new Refusal(
      `Task ${shown} of ${service} started before ${suffix} had exec, so nobody can enter it.`,
      `npx platform deploy ${suffix} replaces the tasks of all services.`,
    );
  }
  const container = (chosen.containers ?? []).find(({ name }) => name === wanted.container);
  if (container?.runtimeId === undefined) {
    throw new Refusal(
      `Task ${shown} of ${service} has no running container ${wanted.container}.`,
      `npx platform status ${suffix} shows what runs.`,
    );
  }
  const { runtimeId, managedAgents = [] } = container;
  return {
    task: idOf(chosen),
    shown,
    runtimeId,
    running: running.length,
    revision: chosen.taskDefinitionArn,
    agent: managedAgents.find(({ name }) => name === AGENT),
  };
}

function noTask(running: readonly Task[], { service, suffix, task }: Wanted): Refusal {
  if (running.length === 0) {
    return new Refusal(
      `No task of ${service} runs in ${suffix}.`,
      `npx platform diagnose ${suffix} ${service} tells why.`,
    );
  }
  return new Refusal(
    `${service} has no running task whose ID begins with "${task ?? ""}".`,
    `Running are ${running.map(idOf).join(", ")}.`,
  );
}

/**
 * A stopped agent does not start again. One that is pending may be running in a moment.
 *
 * @throws Refusal if it has stopped
 */
export function requireAgent({ agent, shown }: EnteredContainer, wanted: Wanted): void {
  if (agent?.lastStatus !== "STOPPED") return;
  const { service, suffix, container } = wanted;
  const reason = agent.reason ? `: ${agent.reason}` : "";
  throw new Refusal(
    `The agent of ECS Exec has stopped in the container ${container} of task ${shown}${reason}.`,
    `npx platform restart ${suffix} ${service}, or choose another task with --task.`,
  );
}

function byHealthAndAge(one: Task, other: Task): number {
  const healthy = (task: Task) => Number(task.healthStatus === "HEALTHY");
  const started = (task: Task) => task.startedAt?.getTime() ?? 0;
  return healthy(other) - healthy(one) || started(other) - started(one);
}

function idOf({ taskArn = "" }: Task): string {
  return taskArn.slice(taskArn.lastIndexOf("/") + 1);
}
