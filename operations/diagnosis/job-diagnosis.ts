import type { Task } from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { hasName } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { endedTask } from "./ended-task";
import { type Run, stateMachineArn } from "./executions";
import { type LastRun, readLastRun } from "./last-run";
import { type StoppedTask, describeStopped } from "./stopped-task";
import { readTasks } from "./tasks";

/** The facts that AWS reports on one job; `jobFindings` interprets them. */
export interface JobDiagnosis {
  readonly job: string;
  /** Name of the state machine. */
  readonly stateMachine: string;
  /** Whether Step Functions has it. */
  readonly deployed: boolean;
  /** `undefined` before its first run. */
  readonly lastRun: LastRun | undefined;
  /** The last task of a run that failed. */
  readonly stoppedTask: StoppedTask | undefined;
}

/** Statuses of a run that say that all is well. */
const WELL = ["RUNNING", "PENDING_REDRIVE", "SUCCEEDED"];

/** Queries Step Functions, ECS and the logs about one job. */
export async function diagnoseJob(
  job: string,
  config: Config,
  clients: Clients,
): Promise<JobDiagnosis> {
  const stateMachine = resourceName(config, job);
  const facts = { job, stateMachine, lastRun: undefined, stoppedTask: undefined };
  try {
    const lastRun = await readLastRun(await stateMachineArn(job, config, clients), clients);
    const { run } = lastRun ?? {};
    if (!run || hasSucceeded(run)) return { ...facts, lastRun, deployed: true };
    const task = await failedTask(run, job, config, clients);
    const stoppedTask = task && (await describeStopped(task, clients));
    return { ...facts, deployed: true, lastRun, stoppedTask };
  } catch (error) {
    if (!hasName(error, "StateMachineDoesNotExist")) throw error;
    return { ...facts, deployed: false };
  }
}

/** Whether a run has succeeded, or may still. */
export function hasSucceeded({ status }: Run): boolean {
  return WELL.includes(status);
}

/**
 * The task of a run that failed: Step Functions keeps it as the cause, except of a run that was stopped,
 * for its time or by a person. ECS lists the task of such a run for an hour.
 */
async function failedTask(
  { cause, startedAt }: Run,
  job: string,
  config: Config,
  { ecs }: Clients,
): Promise<Task | undefined> {
  const told = endedTask(cause);
  if (told) return told;
  const names = { cluster: resourceName(config), family: resourceName(config, job) };
  const tasks = await readTasksIfAny(ecs, names);
  return tasks
    .filter(({ createdAt }) => createdAt && startedAt && createdAt >= startedAt)
    .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
    .at(0);
}

async function readTasksIfAny(
  ecs: Clients["ecs"],
  names: { readonly cluster: string; readonly family: string },
): Promise<Task[]> {
  try {
    return await readTasks(ecs, names, "STOPPED");
  } catch (error) {
    if (hasName(error, "ClusterNotFoundException")) return [];
    throw error;
  }
}
