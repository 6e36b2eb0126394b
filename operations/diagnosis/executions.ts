import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
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
