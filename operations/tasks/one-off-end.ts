import type { Task, TaskDefinition } from "@aws-sdk/client-ecs";
import { resourceName } from "../../spec/names";
import { describeTask } from "../diagnosis/findings";
import { lastPart, logStream } from "../diagnosis/log-stream";
import { describeStopped } from "../diagnosis/stopped-task";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Failure } from "../terminal/run";
import type { Followed } from "./one-off";
import { interrupted, overdue, stopAtInterrupt, stopCommand } from "./one-off-stop";
import { POLL_MS, TaskLog } from "./task-log";
import { exitCodeOf, hasStopped, readTask } from "./task-state";
import { printLastLines } from "./task-stop";

/**
 * Prints a task's log until its end.
 *
 * @returns the exit code of its command
 * @throws Interrupted once Ctrl-C has stopped the task, Failure if it never ran or took too long
 */
export async function follow(
  { taskArn = "unknown" }: Task,
  { containerDefinitions }: TaskDefinition,
  followed: Followed,
): Promise<number> {
  const { oneOff, clients, terminal } = followed;
  const { service, config } = oneOff;
  terminal.report(`Task ${lastPart(taskArn)} of ${service} in ${config.suffix}`);
  const stream = logStream(containerDefinitions, service, taskArn);
  const log = new TaskLog(clients.logs, stream, terminal.print);
  const asked = stopAtInterrupt(taskArn, followed);
  try {
    return await untilItsEnd(taskArn, log, followed);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (terminal.signal.aborted) {
      await asked();
      return await interrupted(taskArn, log, followed);
    }
    throw new Failure([
      `The task goes on, but AWS no longer tells how: ${wordsOf(error)}`,
      `→ To stop it: ${stopCommand(taskArn, oneOff.config)}`,
    ]);
  }
}

async function untilItsEnd(taskArn: string, log: TaskLog, followed: Followed): Promise<number> {
  const { oneOff, clients, terminal } = followed;
  const { service, config, minutes } = oneOff;
  const ends = performance.now() + minutes * 60_000;
  for (;;) {
    terminal.signal.throwIfAborted();
    if (performance.now() >= ends) return await overdue(taskArn, log, followed);
    await log.read();
    const task = await readTask(clients.ecs, resourceName(config), taskArn);
    // What has ended since the Ctrl-C has ended by it.
    terminal.signal.throwIfAborted();
    const exitCode = exitCodeOf(task, service);
    if (exitCode !== undefined) {
      await printLastLines(log, terminal);
      return exitCode;
    }
    if (hasStopped(task)) throw await neverRan(task, clients);
    await terminal.pause(POLL_MS);
  }
}

async function neverRan(task: Task | undefined, clients: Clients): Promise<Failure> {
  const stopped = task && (await describeStopped(task, clients));
  return new Failure(["The command never ran:", ...(stopped ? describeTask(stopped) : [])]);
}
