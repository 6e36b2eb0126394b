import { StopTaskCommand } from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { lastPart } from "../diagnosis/log-stream";
import { wordsOf } from "../target/aws-error";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";
import type { Followed } from "./one-off";
import { askAtInterrupt } from "./stop-request";
import type { TaskLog } from "./task-log";
import { type StoppingTask, untilStopped } from "./task-stop";

/** Stops the task once Ctrl-C comes; what is returned waits until ECS has taken the request. */
export function stopAtInterrupt(taskArn: string, followed: Followed): () => Promise<void> {
  const { oneOff, terminal } = followed;
  const send = () => stop(taskArn, "interrupted at the terminal", followed);
  return askAtInterrupt(send, stopCommand(taskArn, oneOff.config), terminal);
}

/** Waits for the end of a task that Ctrl-C has stopped. */
export async function interrupted(
  taskArn: string,
  log: TaskLog,
  followed: Followed,
): Promise<never> {
  const end = await untilStopped(stoppingOf(taskArn, log, followed), followed.clients.ecs);
  throw new Interrupted(`interrupted; the task ${lastPart(taskArn)} ${end}`);
}

/** Its time is over: stops the task, and waits for its end. */
export async function overdue(taskArn: string, log: TaskLog, followed: Followed): Promise<never> {
  const { oneOff, clients } = followed;
  const limit = `${oneOff.minutes} ${oneOff.minutes === 1 ? "minute" : "minutes"}`;
  await stop(taskArn, `longer than ${limit}`, followed);
  const end = await untilStopped(stoppingOf(taskArn, log, followed), clients.ecs);
  throw new Failure([
    `${lastPart(taskArn)} took longer than ${limit}: it ${end}.`,
    "→ Allow it more with --minutes.",
  ]);
}

function stoppingOf(taskArn: string, log: TaskLog, { oneOff, terminal }: Followed): StoppingTask {
  return { taskArn, cluster: resourceName(oneOff.config), log, terminal };
}

async function stop(
  task: string,
  reason: string,
  { oneOff, clients: { ecs } }: Followed,
): Promise<void> {
  const cluster = resourceName(oneOff.config);
  try {
    await ecs.send(new StopTaskCommand({ cluster, task, reason: `platform run: ${reason}` }));
  } catch (error) {
    throw new Failure([
      `The task goes on, because it could not be stopped: ${wordsOf(error)}`,
      `→ ${stopCommand(task, oneOff.config)}`,
    ]);
  }
}

/** Stops a task without this command. */
export function stopCommand(taskArn: string, config: Config): string {
  return `aws ecs stop-task --region ${config.region} --cluster ${resourceName(config)} --task ${lastPart(taskArn)}`;
}
