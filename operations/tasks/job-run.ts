import { randomUUID } from "node:crypto";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { endedTask } from "../diagnosis/ended-task";
import { type Run, readRun, stateMachineArn, wasLeftOut } from "../diagnosis/executions";
import { hasSucceeded } from "../diagnosis/job-diagnosis";
import { describeRun } from "../diagnosis/job-findings";
import { describeTask } from "../diagnosis/findings";
import { lastPart } from "../diagnosis/log-stream";
import { describeStopped } from "../diagnosis/stopped-task";
import { hasName, wordsOf } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Interrupted } from "../terminal/interruption";
import { Failure } from "../terminal/run";
import { type Place, notDeployed } from "./deployed-task";
import { stopAtInterrupt, stopCommand } from "./job-stop";
import { JobTasks } from "./job-tasks";
import { STARTED_BY } from "./one-off";
import { POLL_MS } from "./task-log";
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
  const asked = stopAtInterrupt(executionArn, place.config, clients, terminal);
  terminal.report(`Run ${lastPart(executionArn.replaceAll(":", "/"))} of ${place.service}`);
  const tasks = new JobTasks(place, clients, terminal);
  try {
    const run = await follow(executionArn, tasks, clients, terminal);
    return await ended(run, place, clients, terminal);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (terminal.signal.aborted) {
      await asked();
      const ends = await tasks.untilStopped(executionArn);
      throw new Interrupted(`interrupted; the run is stopped${ends}`);
    }
    throw new Failure([
      `The run may go on, but AWS no longer tells how: ${wordsOf(error)}`,
      `→ npx platform diagnose ${place.config.suffix} ${place.service} shows it. To stop it: ${stopCommand(executionArn, place.config)}`,
    ]);
  }
}

/** Prints the log of a run until its end, unless Ctrl-C stops it. */
async function follow(
  executionArn: string,
  tasks: JobTasks,
  clients: Clients,
  { signal, pause }: Terminal,
): Promise<Run> {
  for (;;) {
    signal.throwIfAborted();
    const run = await readRun({ executionArn }, clients);
    // Stopped since the Ctrl-C, so by it: its task may go on.
    if (run.status === "ABORTED") signal.throwIfAborted();
    await tasks.read(run);
    if (run.status !== "RUNNING") {
      await tasks.readToEnd();
      return run;
    }
    await pause(POLL_MS);
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
