import type { Config } from "../../spec/config";
import { jobLimitsOf } from "../../spec/service/schedule";
import type { Job } from "../../spec/service/spec";

/** The task that a job runs. */
export interface JobTask {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** Between a failed run and its next try, twice as long after each. */
const RETRY_SECONDS = 60;

/**
 * A run of a job in the Amazon States Language: unless runs may overlap, it ends at once while an earlier one
 * goes on. It starts the job's task and waits for its end. A task that fails is tried again as often as the
 * job says; one that reaches its limit is stopped, and not tried again.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
export function jobRuns({ schedule }: Job, config: Config, task: JobTask): string {
  const { overlap, retries } = jobLimitsOf(schedule);
  const last = { Run: runState(schedule, config, task, retries) };
  return JSON.stringify(
    overlap
      ? { StartAt: "Run", States: last }
      : { StartAt: "Find runs", States: { ...unlessItRuns, ...last } },
  );
}

/** The state in which a run ends that does not start, because an earlier one goes on. */
export const LEFT_OUT = "Left out";

/**
 * The executions that run and began before this one; of two with the same start, the one whose ARN comes
 * first began before. What Step Functions lists may lack some, so two may both run, but never are both left
 * out. Newer ones, and this one itself, do not count.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
const EARLIER_RUNS = [
  "$this := $states.context.Execution;",
  // AWS says nowhere which of the two a result has: ecs:runTask.sync gives numbers, other calls a text.
  "$millis := function($time) { $type($time) = 'string' ? $toMillis($time) : $time };",
  "$start := $millis($this.StartTime);",
  "[$states.result.Executions[ExecutionArn != $this.Id and (",
  "$millis(StartDate) < $start or",
  "($millis(StartDate) = $start and ExecutionArn < $this.Id)",
  ")].ExecutionArn]",
].join(" ");

/** JSONPath could compare only one of the executions, at a fixed place of the list. */
const QueryLanguage = "JSONata";

const unlessItRuns = {
  "Find runs": {
    Type: "Task",
    QueryLanguage,
    Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions",
    Arguments: {
      StateMachineArn: "{% $states.context.StateMachine.Id %}",
      StatusFilter: "RUNNING",
    },
    Output: { EarlierRuns: `{% (${EARLIER_RUNS}) %}` },
    Next: "Runs already?",
  },
  "Runs already?": {
    Type: "Choice",
    QueryLanguage,
    Choices: [{ Condition: "{% $count($states.input.EarlierRuns) > 0 %}", Next: LEFT_OUT }],
    Default: "Run",
  },
  [LEFT_OUT]: { Type: "Succeed" },
};

function runState(schedule: Job["schedule"], config: Config, task: JobTask, retries: number) {
  const { cluster, taskDefinition, subnets, securityGroups } = task;
  return {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Parameters: {
      Cluster: cluster,
      TaskDefinition: taskDefinition,
      // One or the other: ECS refuses a launch type with a strategy.
      ...(config.capacity === "spot"
        ? { CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT", Weight: 1 }] }
        : { LaunchType: "FARGATE" }),
      PlatformVersion: "LATEST",
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: subnets,
          SecurityGroups: securityGroups,
          AssignPublicIp: "DISABLED",
        },
      },
      PropagateTags: "TASK_DEFINITION",
      EnableECSManagedTags: true,
    },
    TimeoutSeconds: jobLimitsOf(schedule).limitMinutes * 60,
    ...(retries > 0 && {
      Retry: [
        {
          // Of a time-out it is no part.
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: RETRY_SECONDS,
          BackoffRate: 2,
          MaxAttempts: retries,
        },
      ],
    }),
    End: true,
  };
}
