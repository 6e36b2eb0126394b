import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type Arn, type Grant, type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { taskDefinitions } from "./task-definitions";
import { roleArns, taskRoleArns } from "./task-roles";

/**
 * The jobs: their times, and the state machines that run them.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
 */
export function jobs(environment: Environment): PermissionTable {
  const machines = stateMachines(environment);
  const schedule = `schedule/default/${resourceName(environment, "*")}`;
  const schedules = [arn(environment, "scheduler", schedule)];
  return {
    aws_sfn_state_machine: {
      read: [
        allow(machines, [
          ...of("states", "DescribeStateMachine", "ListStateMachineVersions"),
          ...of("states", "ListTagsForResource"),
        ]),
        allowEverywhere(
          "Step Functions cannot restrict the check of a definition to a resource.",
          of("states", "ValidateStateMachineDefinition"),
        ),
      ],
      write: [
        allow(machines, [
          ...of("states", "CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine"),
          ...of("states", "TagResource", "UntagResource"),
        ]),
        passJobRole(environment, "run", "states"),
      ],
    },
    aws_scheduler_schedule: {
      read: [allow(schedules, of("scheduler", "GetSchedule"))],
      write: [
        allow(schedules, of("scheduler", "CreateSchedule", "UpdateSchedule", "DeleteSchedule")),
        passJobRole(environment, "due", "scheduler"),
      ],
    },
  };
}

/** The jobs' state machines. */
export function stateMachines(environment: Environment): Arn[] {
  return [arn(environment, "states", `stateMachine:${resourceName(environment, "*")}`)];
}

/** The runs of the jobs. */
export function executions(environment: Environment): Arn[] {
  return [arn(environment, "states", `execution:${resourceName(environment, "*")}:*`)];
}

function passJobRole(environment: Environment, kind: "run" | "due", service: string): Grant {
  return allow(roleArns(environment, kind), of("iam", "PassRole"), {
    StringEquals: { "iam:PassedToService": `${service}.amazonaws.com` },
  });
}

/**
 * The most that the roles of jobs may do. The boundary is that of the tasks' roles too, which must not run
 * tasks, so each statement names the roles that it is for.
 */
export function jobBoundary(environment: Environment): Grant[] {
  const onlyBy = (kind: "run" | "due") => ({
    ArnLike: { "aws:PrincipalArn": roleArns(environment, kind) },
  });
  const byRun = onlyBy("run");
  const inCluster = {
    ArnLike: {
      ...byRun.ArnLike,
      "ecs:cluster": arn(environment, "ecs", `cluster/${resourceName(environment)}`),
    },
  };
  const tasks = [arn(environment, "ecs", `task/${resourceName(environment)}/*`)];
  const rule = "rule/StepFunctionsGetEventsForECSTaskRule";
  return [
    allow([taskDefinitions(environment)], of("ecs", "RunTask"), inCluster),
    allow(tasks, of("ecs", "TagResource", "DescribeTasks", "StopTask"), byRun),
    allow(taskRoleArns(environment), of("iam", "PassRole"), {
      ...byRun,
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    allow(stateMachines(environment), of("states", "ListExecutions"), byRun),
    {
      ...allow(
        [arn(environment, "events", rule)],
        of("events", "DescribeRule", "PutRule", "PutTargets"),
        byRun,
      ),
      reason: "Step Functions has one rule for all tasks of an account.",
    },
    allow(stateMachines(environment), of("states", "StartExecution"), onlyBy("due")),
  ];
}
