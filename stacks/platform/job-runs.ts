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
 * A run of a job in the Amazon States Language: unless runs may overlap, it ends at once while another one
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

/** The state in which a run ends that does not start, because another one goes on. */
export const LEFT_OUT = "Left out";

/** The execution itself is one of those that run. */
const unlessItRuns = {
  "Find runs": {
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions",
    Parameters: {
      "StateMachineArn.$": "$$.StateMachine.Id",
      StatusFilter: "RUNNING",
      MaxResults: 2,
    },
    ResultPath: "$.running",
    Next: "Runs already?",
  },
  "Runs already?": {
    Type: "Choice",
    Choices: [{ Variable: "$.running.Executions[1]", IsPresent: true, Next: LEFT_OUT }],
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
