import {
  type ExecutionListItem,
  ListExecutionsCommand,
  paginateListExecutions,
} from "@aws-sdk/client-sfn";
import type { Clients } from "../target/clients";
import { type Run, readRun, wasLeftOut } from "./executions";

/** How a run ends that fails; one that is left out succeeds. */
const FAILURES = ["FAILED", "TIMED_OUT", "ABORTED"] as const;

/** The most runs that Step Functions lists at once. */
const PAGE = 1000;

/** More than are left out during the longest run: six tries of a day each, at one start a minute. */
const MOST = 10_000;

/**
 * The ended run during which others were left out. It began before them, so Step Functions may list it
 * after thousands: it is known by its end, which came after their start.
 *
 * @param leftOutAt when the first of them started
 * @returns `undefined` if it is not among those that are looked at
 */
export async function runThatWentOn(
  stateMachineArn: string,
  leftOutAt: Date,
  clients: Pick<Clients, "sfn">,
): Promise<Run | undefined> {
  const found =
    (await failedRun(stateMachineArn, leftOutAt, clients)) ??
    (await succeededRun(stateMachineArn, leftOutAt, clients));
  return found && (await readRun(found, clients));
}

async function failedRun(
  stateMachineArn: string,
  leftOutAt: Date,
  { sfn }: Pick<Clients, "sfn">,
): Promise<ExecutionListItem | undefined> {
  for (const statusFilter of FAILURES) {
    const { executions: [last] = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1 }),
    );
    if (last && wentOn(last, leftOutAt)) return last;
  }
  return undefined;
}

async function succeededRun(
  stateMachineArn: string,
  leftOutAt: Date,
  clients: Pick<Clients, "sfn">,
): Promise<ExecutionListItem | undefined> {
  const request = { stateMachineArn, statusFilter: "SUCCEEDED" } as const;
  let seen = 0;
  for await (const { executions = [] } of paginateListExecutions(
    { client: clients.sfn, pageSize: PAGE },
    request,
  )) {
    for (const execution of executions.filter((each) => wentOn(each, leftOutAt))) {
      // Of those that were left out, at most the few that started in the same moment.
      const { executionArn: arn = "unknown", status = "unknown" } = execution;
      if (!(await wasLeftOut({ arn, status }, clients))) return execution;
    }
    seen += executions.length;
    if (seen >= MOST) break;
  }
  return undefined;
}

function wentOn({ startDate, stopDate }: ExecutionListItem, at: Date): boolean {
  return startDate !== undefined && stopDate !== undefined && startDate <= at && at <= stopDate;
}
