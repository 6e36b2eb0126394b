import { logGroupPrefix, resourceName } from "../../../spec/names";
import { type Environment, arn, isOwn, repositories } from "./environment";
import { type Grant, allow, allowEverywhere, of } from "./grant";
import { executions, stateMachines } from "./jobs";
import { queueArns } from "./queues";
import { databaseSecrets } from "./secrets";
import { secretMetadata } from "./service-secrets";
import { ownDefinition, taskDefinitions } from "./task-definitions";
import { isOfOwnCluster, masterSecrets, passTaskRoles } from "./task-roles";

/**
 * The permissions of `npx platform status`, `logs`, `diagnose`, `open` and `handbook`, for people: who has them
 * sees what the services log, and changes nothing.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
export function reading(environment: Environment): Grant[] {
  const log = arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`);
  return [
    ...diagnosing(environment),
    allow([log], of("logs", "FilterLogEvents")),
    allowEverywhere(
      "Elastic Load Balancing's and Application Auto Scaling's Describe actions cannot be restricted to a resource.",
      [
        ...of("elasticloadbalancing", "DescribeLoadBalancers"),
        ...of("application-autoscaling", "DescribeScalableTargets"),
      ],
    ),
    allow(stateMachines(environment), of("states", "ListExecutions")),
    allow(executions(environment), of("states", "DescribeExecution", "GetExecutionHistory")),
    allowEverywhere("The caller's account is no resource.", of("sts", "GetCallerIdentity")),
    allow(queueArns(environment), of("sqs", "GetQueueUrl", "GetQueueAttributes")),
  ];
}

/**
 * The permissions of `npx platform restart` and `rollback`, for people. A rollback registers a revision again
 * that a deployment has deregistered, so who has them can start any program as a service of the environment.
 * Where it has `exec`, also those of `npx platform exec`.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function operating(environment: Environment): Grant[] {
  const cluster = resourceName(environment);
  const services = arn(environment, "ecs", `service/${cluster}/*`);
  const serviceDeployments = arn(environment, "ecs", `service-deployment/${cluster}/*`);
  const serviceRevisions = arn(environment, "ecs", `service-revision/${cluster}/*`);
  return [
    ...diagnosing(environment),
    allow([services], of("ecs", "UpdateService"), ownDefinition(environment)),
    allow([services], of("ecs", "ListServiceDeployments")),
    allow([services, serviceDeployments], of("ecs", "DescribeServiceDeployments")),
    allow([services, serviceRevisions], of("ecs", "DescribeServiceRevisions")),
    allow([taskDefinitions(environment)], of("ecs", "RegisterTaskDefinition", "TagResource")),
    passTaskRoles(environment),
    allow(repositories(environment), of("ecr", "DescribeImages")),
    ...secretMetadata(environment),
    allow(databaseSecrets(environment), of("secretsmanager", "DescribeSecret")),
    allow([masterSecrets(environment)], of("secretsmanager", "DescribeSecret"), {
      StringLike: isOfOwnCluster(environment),
    }),
    ...(environment.exec ? [entering(environment)] : []),
  ];
}

/**
 * To run a command in a task, with all that its role may do. AWS checks the cluster and the task, and the tags
 * of both.
 */
function entering(environment: Environment): Grant {
  const name = resourceName(environment);
  const cluster = arn(environment, "ecs", `cluster/${name}`);
  return allow([cluster, arn(environment, "ecs", `task/${name}/*`)], of("ecs", "ExecuteCommand"), {
    ...isOwn(environment),
    ArnEquals: { "ecs:cluster": cluster },
  });
}

/** To find out why the tasks of a service are not healthy. */
function diagnosing(environment: Environment): Grant[] {
  const name = resourceName(environment);
  const inCluster = { ArnEquals: { "ecs:cluster": arn(environment, "ecs", `cluster/${name}`) } };
  return [
    allow([arn(environment, "ecs", `service/${name}/*`)], of("ecs", "DescribeServices")),
    allow([arn(environment, "ecs", `task/${name}/*`)], of("ecs", "DescribeTasks"), inCluster),
    allowEverywhere(
      "ECS cannot restrict a list of tasks to anything but their cluster.",
      of("ecs", "ListTasks"),
      inCluster,
    ),
    allowEverywhere(
      "ECS cannot restrict describing a task definition to a resource, nor Elastic Load Balancing its targets.",
      [
        ...of("ecs", "DescribeTaskDefinition"),
        ...of("elasticloadbalancing", "DescribeTargetHealth"),
      ],
    ),
    allow(
      [arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`)],
      of("logs", "GetLogEvents"),
    ),
  ];
}
