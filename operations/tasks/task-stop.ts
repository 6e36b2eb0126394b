import type { ECSClient } from "@aws-sdk/client-ecs";
import { TASK_STOP_SECONDS } from "../../spec/limits";
import { wordsOf } from "../target/aws-error";
import { POLL_MS, type TaskLog } from "./task-log";
import { hasStopped, readTask } from "./task-state";
import type { Terminal } from "./terminal";

/** A task that ECS was asked to stop, and its log. */
export interface StoppingTask {
  readonly taskArn: string;
  readonly cluster: string;
  readonly log: TaskLog;
  readonly terminal: Terminal;
}

/**
 * Prints the log of a task until ECS has stopped it, at most for `TASK_STOP_SECONDS`: its program may have
 * much to say after SIGTERM.
 *
 * @returns what became of it, after its name: `has stopped`
 */
export async function untilStopped(
  { taskArn, cluster, log, terminal }: StoppingTask,
  ecs: ECSClient,
): Promise<string> {
  terminal.report("Waiting until the task has stopped");
  const ends = performance.now() + TASK_STOP_SECONDS * 1000;
  try {
    while (!hasStopped(await readTask(ecs, cluster, taskArn))) {
      if (performance.now() >= ends)
        return `is being stopped, and goes on after ${TASK_STOP_SECONDS} s`;
      await log.read();
      await terminal.pause(POLL_MS);
    }
  } catch (error) {
    return `is being stopped, but AWS no longer tells how: ${wordsOf(error)}`;
  }
  await printLastLines(log, terminal);
  return "has stopped";
}

/** Prints the lines that come late. A log that cannot be read hides nothing else. */
export async function printLastLines(log: TaskLog, { pause, report }: Terminal): Promise<void> {
  try {
    await log.readToEnd(pause);
  } catch (error) {
    report(`its last lines could not be read: ${wordsOf(error)}`);
  }
}
