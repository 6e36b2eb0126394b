import {
  type ExecutionListItem,
  ListExecutionsCommand,
  paginateListExecutions,
} from "@aws-sdk/client-sfn";
import type { Clients } from "../target/clients";
import { type Run, readRun, wasLeftOut } from "./executions";
import { runThatWentOn } from "./run-that-went-on";

/** A job's latest run, and how many later ones were left out. */
export interface LastRun {
  /** `undefined` if all that were looked at were left out. */
  readonly run: Run | undefined;
  /** At most `RUNS`. */
  readonly leftOut: number;
}

/** The most ended runs that are looked at, each with a request: 100 minutes of a job that starts each minute. */
export const RUNS = 100;

/**
 * The run of a job that goes on, or else the latest that has ended and was not left out; `undefined` before
 * the first. Step Functions keeps a run for 90 days. It lists a run by its start, after all that were left
 * out during it, so the one that goes on is asked for by its status.
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
  const ended = await endedRuns(arn, clients);
  let leftOut = 0;
  for (const execution of ended) {
    if (running && isBefore(execution.stopDate, running.startDate)) break;
    const { executionArn = "unknown", status = "unknown" } = execution;
    const isLeftOut = await wasLeftOut({ arn: executionArn, status }, clients);
    if (isLeftOut) leftOut += 1;
    else if (!running) return { run: await readRun(execution, clients), leftOut };
  }
  if (running) return { run: await readRun(running, clients), leftOut };
  const first = ended[RUNS - 1]?.startDate;
  if (first) return { run: await runThatWentOn(arn, first, clients), leftOut };
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
