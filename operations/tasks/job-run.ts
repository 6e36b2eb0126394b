import { randomUUID } from "node:crypto";
import { DescribeTaskDefinitionCommand, type Task } from "@aws-sdk/client-ecs";
import {
  type HistoryEvent,
  StartExecutionCommand,
  paginateGetExecutionHistory,
} from "@aws-sdk/client-sfn";
import { endedTask } from "../diagnosis/ended-task";
import { type Run, readRun, stateMachineArn, wasLeftOut } from "../diagnosis/executions";
import { hasSucceeded } from "../diagnosis/job-diagnosis";
import { describeRun } from "../diagnosis/job-findings";
import { describeTask } from "../diagnosis/findings";
import { lastPart, logStream } from "../diagnosis/log-stream";
import { describeStopped } from "../diagnosis/stopped-task";
import { hasName, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";
import { list, record } from "../terraform/terraform-events";
import { type Place, notDeployed } from "./deployed-task";
import { endOfTask, stopCommand, stopRun } from "./job-stop";
import { STARTED_BY } from "./one-off";
import { POLL_MS, TaskLog } from "./task-log";
import { exitCodeOf } from "./task-state";
import type { Terminal } from "./terminal";

/**
 * Starts one run of a job now, as its schedule does, and prints the log of its tasks: it has the job's time
 * limit and is tried again as often.
 *
 * @returns 0 if the run succeeded; otherwise the exit code of its last task, or 1
 * @throws Refusal if the job is not deployed, Interrupted once Ctrl-C has stopped the run, Failure if it was
 * left out because another one goes on
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function runJob(place: Place, clients: Clients, terminal: Terminal): Promise<number> {
  const executionArn = await start(place, clients);
  terminal.report(`Run ${lastPart(executionArn.replaceAll(":", "/"))} of ${place.service}`);
  try {
    return await follow(executionArn, place, clients, terminal);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof Failure) throw error;
    throw new Failure([
      `The run may go on, but AWS no longer tells how: ${wordsOf(error)}`,
      `→ npx platform diagnose ${place.config.suffix} ${place.service} shows it. To stop it: ${stopCommand(executionArn)}`,
    ]);
  }
}

async function follow(
  executionArn: string,
  place: Place,
  clients: Clients,
  terminal: Terminal,
): Promise<number> {
  const logs = new Map<string, TaskLog>();
  for (;;) {
    if (terminal.signal.aborted) {
      await stopRun(executionArn, clients);
      throw new Interrupted(
        `interrupted; the run is stopped${await endOfTask(logs, place, clients, terminal)}`,
      );
    }
    const run = await readRun({ executionArn }, clients);
    for (const task of await tasksOf(run, clients)) {
      const { taskArn = "unknown" } = task;
      const log = logs.get(taskArn) ?? (await logOf(task, place, clients, terminal));
      logs.set(taskArn, log);
      await log.read();
    }
    if (run.status !== "RUNNING") {
      await [...logs.values()].at(-1)?.readToEnd(terminal.pause);
      return await ended(run, place, clients, terminal);
    }
    await terminal.pause(POLL_MS);
  }
}

async function start(place: Place, clients: Clients): Promise<string> {
  const arn = await stateMachineArn(place.service, place.config, clients);
  try {
    const { executionArn } = await clients.sfn.send(
      // With a name of its own, a request that is sent twice starts one run.
      new StartExecutionCommand({
        stateMachineArn: arn,
        name: `${STARTED_BY}-${randomUUID()}`,
        input: "{}",
      }),
    );
    return executionArn ?? "unknown";
  } catch (error) {
    if (!hasName(error, "StateMachineDoesNotExist", "StateMachineDeleting")) throw error;
    throw notDeployed(place);
  }
}

/** The tasks that a run has started so far, oldest first. */
async function tasksOf(run: Run, { sfn: client }: Clients): Promise<Task[]> {
  const tasks: Task[] = [];
  const pages = paginateGetExecutionHistory({ client }, { executionArn: run.arn });
  for await (const { events = [] } of pages) tasks.push(...events.flatMap(submittedTask));
  const last = endedTask(run.output) ?? endedTask(run.cause);
  const isNew = last && !tasks.some(({ taskArn }) => taskArn === last.taskArn);
  return isNew ? [...tasks, last] : tasks;
}

/** The answer of ECS to `RunTask`, its keys in PascalCase. */
function submittedTask({ taskSubmittedEventDetails }: HistoryEvent): Task[] {
  const output: unknown = JSON.parse(taskSubmittedEventDetails?.output ?? "{}");
  return list(record(output)["Tasks"]).flatMap((task) => endedTask(JSON.stringify(task)) ?? []);
}

async function logOf(
  { taskArn, taskDefinitionArn }: Task,
  { service }: Place,
  { ecs, logs }: Clients,
  { print, report }: Terminal,
): Promise<TaskLog> {
  report(`Task ${lastPart(taskArn)}`);
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
  );
  return new TaskLog(
    logs,
    logStream(taskDefinition?.containerDefinitions, service, taskArn),
    print,
  );
}

async function ended(
  run: Run,
  { service }: Place,
  clients: Clients,
  { report }: Terminal,
): Promise<number> {
  if (await wasLeftOut(run, clients)) {
    throw new Failure([
      `${service} did not start: another run goes on, and schedule.overlap does not allow two.`,
      "→ Run it again once the other has ended; npx platform diagnose shows it.",
    ]);
  }
  report(`${service} ${describeRun(run)}`);
  if (hasSucceeded(run)) return 0;
  const task = endedTask(run.cause);
  const exitCode = exitCodeOf(task, service);
  if (exitCode) return exitCode;
  const stopped = task && (await describeStopped(task, clients));
  for (const line of stopped ? describeTask(stopped) : []) report(line);
  return 1;
}
