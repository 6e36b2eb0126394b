import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { resourceName } from "../../spec/names";
import { wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Failure } from "../terminal/run";
import type { Place } from "./deployed-task";
import { STARTED_BY } from "./one-off";
import type { TaskLog } from "./task-log";
import { untilStopped } from "./task-stop";
import type { Terminal } from "./terminal";

/** Stops a run without this command. */
export function stopCommand(executionArn: string): string {
  return `aws stepfunctions stop-execution --execution-arn ${executionArn}`;
}

/** Stops a run of a job; Step Functions then stops its task. */
export async function stopRun(executionArn: string, { sfn }: Clients): Promise<void> {
  try {
    const cause = "interrupted at the terminal";
    await sfn.send(new StopExecutionCommand({ executionArn, error: STARTED_BY, cause }));
  } catch (error) {
    throw new Failure([
      `The run goes on, because it could not be stopped: ${wordsOf(error)}`,
      `→ ${stopCommand(executionArn)}`,
    ]);
  }
}

/**
 * Waits until the last task of a stopped run has stopped too, and prints its log.
 *
 * @param logs by the ARNs of the tasks, the last one last
 * @returns what became of it; nothing if the run has started none
 */
export async function endOfTask(
  logs: ReadonlyMap<string, TaskLog>,
  { config }: Place,
  { ecs }: Clients,
  terminal: Terminal,
): Promise<string> {
  const [taskArn, log] = [...logs].at(-1) ?? [];
  if (taskArn === undefined || !log) return "";
  const stopping = { taskArn, cluster: resourceName(config), log, terminal };
  return `, and its task ${await untilStopped(stopping, ecs)}`;
}
