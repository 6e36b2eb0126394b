import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  paginateListExecutions,
} from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { partitionOf } from "../../spec/regions";
import { LEFT_OUT } from "../../stacks/platform/job-runs";
import type { Clients } from "../target/clients";

/** A run of a job, as Step Functions reports its execution. */
export interface Run {
  readonly arn: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`. */
  readonly status: string;
  readonly startedAt: Date | undefined;
  readonly stoppedAt: Date | undefined;
  /** Step Functions' name for what went wrong. */
  readonly error: string | undefined;
  /** Text, or the task that failed, as JSON. */
  readonly cause: string | undefined;
  /** What it ended with: the task that succeeded, as JSON. */
  readonly output: string | undefined;
}

/** A job's latest run, and how many later ones were left out. */
export interface LastRun {
  /** `undefined` if all that were looked at were left out. */
  readonly run: Run | undefined;
  /** At most `RUNS`. */
  readonly leftOut: number;
}

/** The most ended runs that are looked at, each with a request: 100 minutes of a job that starts each minute. */
export const RUNS = 100;

/** The ARN of a job's state machine, which needs not exist. */
export async function stateMachineArn(
  job: string,
  config: Config,
  { sts }: Pick<Clients, "sts">,
): Promise<string> {
  const { region } = config;
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  const name = resourceName(config, job);
  return `arn:${partitionOf(region)}:states:${region}:${Account}:stateMachine:${name}`;
}

/**
 * The run of a job that goes on, or else the latest that has ended and was not left out; `undefined` before
 * the first. Step Functions keeps a run for 90 days. It lists a run that goes on by its start, after all that
 * were left out since, so that one is asked for by its status.
 *
 * @throws StateMachineDoesNotExist
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export async function readLastRun(
  arn: string,
  clients: Pick<Clients, "sfn">,
): Promise<LastRun | undefined> {
  const { executions: [running] = [] } = await clients.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: "RUNNING", maxResults: 1 }),
  );
  let leftOut = 0;
  for (const execution of await endedRuns(arn, clients)) {
    if (running && isBefore(execution.stopDate, running.startDate)) break;
    const { executionArn = "unknown", status = "unknown" } = execution;
    const isLeftOut = await wasLeftOut({ arn: executionArn, status }, clients);
    if (isLeftOut) leftOut += 1;
    else if (!running) return { run: await readRun(execution, clients), leftOut };
  }
  if (running) return { run: await readRun(running, clients), leftOut };
  return leftOut > 0 ? { run: undefined, leftOut } : undefined;
}

/** The last that have ended, the latest first. */
async function endedRuns(
  stateMachineArn: string,
  { sfn: client }: Pick<Clients, "sfn">,
): Promise<ExecutionListItem[]> {
  const ended: ExecutionListItem[] = [];
  const pages = paginateListExecutions({ client, pageSize: RUNS }, { stateMachineArn });
  for await (const { executions = [] } of pages) {
    ended.push(...executions.filter(({ status }) => status !== "RUNNING"));
    if (ended.length >= RUNS) break;
  }
  return ended.slice(0, RUNS);
}

function isBefore(one: Date | undefined, other: Date | undefined): boolean {
  return one !== undefined && other !== undefined && one < other;
}

/** A run as it is now. */
export async function readRun(
  { executionArn }: Pick<ExecutionListItem, "executionArn">,
  { sfn }: Pick<Clients, "sfn">,
): Promise<Run> {
  const { status, startDate, stopDate, error, cause, output } = await sfn.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  return {
    arn: executionArn ?? "unknown",
    status: status ?? "unknown",
    startedAt: startDate,
    stoppedAt: stopDate,
    error,
    cause,
    output,
  };
}

/** Whether a run ended at once because another one went on. */
export async function wasLeftOut(
  { arn, status }: Pick<Run, "arn" | "status">,
  { sfn }: Pick<Clients, "sfn">,
): Promise<boolean> {
  if (status !== "SUCCEEDED") return false;
  // The last events are the end of the last state and that of the execution.
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({
      executionArn: arn,
      reverseOrder: true,
      maxResults: 2,
      includeExecutionData: false,
    }),
  );
  return events.some(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === LEFT_OUT);
}
