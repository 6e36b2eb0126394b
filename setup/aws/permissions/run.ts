import { ONE_OFF } from "../../../spec/images";
import { logGroupPrefix, resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type Grant, allow, allowEverywhere, of } from "./grant";
import { executions, stateMachines } from "./jobs";
import { passTaskRoles } from "./task-roles";

/**
 * The permissions of `npx platform run`, for people: who has them can do all that any service of the
 * environment can, and read its secrets. The deploy role of a pipeline has them in parts, and runs nothing.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function run(environment: Environment): Grant[] {
  const cluster = arn(environment, "ecs", `cluster/${resourceName(environment)}`);
  const inCluster = { ArnEquals: { "ecs:cluster": cluster } };
  const services = arn(environment, "ecs", `service/${resourceName(environment)}/*`);
  const tasks = arn(environment, "ecs", `task/${resourceName(environment)}/*`);
  // The families of one-off tasks only: what is deployed stays as it is.
  const family = `task-definition/${resourceName(environment, "*", ONE_OFF)}:*`;
  const revisions = arn(environment, "ecs", family);
  const log = arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`);
  return [
    allow([services], of("ecs", "DescribeServices")),
    allowEverywhere(
      "ECS cannot restrict describing or deregistering a task definition to a resource.",
      of("ecs", "DescribeTaskDefinition", "DeregisterTaskDefinition"),
    ),
    allow([revisions], of("ecs", "RegisterTaskDefinition", "TagResource")),
    allow([revisions], of("ecs", "RunTask"), inCluster),
    allow([tasks], of("ecs", "TagResource")),
    allow([tasks], of("ecs", "DescribeTasks", "StopTask"), inCluster),
    allowEverywhere(
      "ECS cannot restrict a list of tasks to anything but their cluster.",
      of("ecs", "ListTasks"),
      inCluster,
    ),
    passTaskRoles(environment),
    allow([log], of("logs", "GetLogEvents")),
    allow(stateMachines(environment), of("states", "DescribeStateMachine", "StartExecution")),
    allow(
      executions(environment),
      of("states", "DescribeExecution", "GetExecutionHistory", "StopExecution"),
    ),
  ];
}
