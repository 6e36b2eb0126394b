import { logGroupPrefix, resourceName } from "../../../spec/names";
import { bucketArns } from "./buckets";
import { type Environment, arn, bucketArn, repositories, zones } from "./environment";
import {
  type Permissions,
  type PermissionTable,
  allow,
  allowEverywhere,
  allowUnbound,
  of,
} from "./grant";
import { executions, stateMachines } from "./jobs";
import { ownership } from "./ownership";
import { queueArns } from "./queues";
import { secretMetadata } from "./service-secrets";
import { boundaryArn } from "./task-roles";

/** The permissions of the platform's own commands, in addition to Terraform's. */
export function commands(environment: Environment): PermissionTable {
  const services = arn(environment, "ecs", `service/${resourceName(environment)}/*`);
  const describeServices = allow([services], of("ecs", "DescribeServices"));
  const own = repositories(environment);
  const loadBalancers = (...actions: string[]) =>
    allowEverywhere(
      "Elastic Load Balancing's Describe actions cannot be restricted to a resource.",
      of("elasticloadbalancing", ...actions),
    );
  const cluster = arn(environment, "ecs", `cluster/${resourceName(environment)}`);
  const tasks = arn(environment, "ecs", `task/${resourceName(environment)}/*`);
  return {
    "npx platform deploy": {
      read: [
        describeServices,
        allowEverywhere(
          "ECS cannot restrict listing or describing task definitions to a resource.",
          of("ecs", "ListTaskDefinitionFamilies", "ListTaskDefinitions", "DescribeTaskDefinition"),
        ),
        allowEverywhere(
          "A condition restricts the list of services to one cluster.",
          of("ecs", "ListServices"),
          { ArnLike: { "ecs:cluster": cluster } },
        ),
        loadBalancers("DescribeLoadBalancers"),
        // What the runs of jobs may start, which keeps its revision and its image.
        allow(stateMachines(environment), of("states", "DescribeStateMachine", "ListExecutions")),
        allow(executions(environment), of("states", "DescribeStateMachineForExecution")),
        allow(own, of("ecr", "BatchGetImage", "DescribeImages", "DescribeRepositories")),
        // What a protected environment would lose.
        allow(queueArns(environment), of("sqs", "GetQueueAttributes")),
        allow(bucketArns(environment), of("s3", "ListBucketVersions")),
        ...ownership(environment),
        // `registry-login`, by which Terraform's Docker provider logs in, also to plan.
        allowEverywhere(
          "The ECR login cannot be restricted to a resource.",
          of("ecr", "GetAuthorizationToken"),
        ),
      ],
      write: [
        // What a removed job or service still runs would keep its security group in use.
        allow([tasks], of("ecs", "StopTask"), { ArnEquals: { "ecs:cluster": cluster } }),
        allow(executions(environment), of("states", "StopExecution")),
        allow(own, of("ecr", "TagResource", "UntagResource")),
        // A tag marks an image that runs, so that it does not expire.
        allow(own, of("ecr", "PutImage", "BatchDeleteImage")),
        allowEverywhere(
          "ECS cannot restrict deregistering a task definition to a resource.",
          of("ecs", "DeregisterTaskDefinition"),
        ),
      ],
    },
    "npx platform envs": {
      read: [
        allowEverywhere(
          "Listing tagged resources cannot be restricted to a resource.",
          of("tag", "GetResources"),
        ),
        loadBalancers("DescribeLoadBalancers"),
        allowUnbound(
          "`envs` lists all environments of the account, and so their repositories, without names.",
          [arn(environment, "ecr", "repository/*")],
          of("ecr", "DescribeRepositories"),
        ),
        allow(own, of("ecr", "ListTagsForResource")),
      ],
      write: [],
    },
    "npx platform diagnose": diagnose(environment, [
      describeServices,
      loadBalancers("DescribeTargetHealth"),
    ]),
    // Besides what `diagnose` reads.
    "npx platform handbook": {
      read: [
        loadBalancers("DescribeLoadBalancers"),
        allowEverywhere(
          "Application Auto Scaling's Describe actions cannot be restricted to a resource.",
          of("application-autoscaling", "DescribeScalableTargets"),
        ),
        allow(queueArns(environment), of("sqs", "GetQueueUrl", "GetQueueAttributes")),
        allowEverywhere("The caller's account is no resource.", of("sts", "GetCallerIdentity")),
      ],
      write: [],
    },
    "npx platform doctor": {
      read: [
        allowEverywhere(
          "Queries about an account or a region cannot be restricted to a resource.",
          [
            ...of("sts", "GetCallerIdentity"),
            ...of("ec2", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeVpcs"),
            ...of("rds", "DescribeDBEngineVersions"),
            ...of("iam", "ListRoles"),
            ...of("route53", "ListHostedZonesByName"),
          ],
        ),
        allow([boundaryArn(environment)], of("iam", "GetPolicy", "GetPolicyVersion")),
        allowUnbound(
          "All environments share the state bucket; this reads no object in it.",
          [bucketArn(environment)],
          of("s3", "ListBucket", "GetBucketVersioning"),
        ),
        allowUnbound(
          "Environments may share a hosted zone, and Route 53 restricts no reads to records.",
          zones(environment),
          of("route53", "ListResourceRecordSets"),
        ),
        allowUnbound(
          "A quota belongs to the account.",
          ["ec2/*", "fargate/*", "vpc/*"].map((quota) => arn(environment, "servicequotas", quota)),
          of("servicequotas", "GetServiceQuota"),
        ),
        ...secretMetadata(environment),
      ],
      write: [],
    },
  };
}

/** Reads tasks, the runs of jobs, and the last lines of their logs. */
function diagnose(environment: Environment, others: Permissions["read"]): Permissions {
  const cluster = arn(environment, "ecs", `cluster/${resourceName(environment)}`);
  const tasks = arn(environment, "ecs", `task/${resourceName(environment)}/*`);
  const log = arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`);
  return {
    read: [
      ...others,
      allow(stateMachines(environment), of("states", "DescribeStateMachine", "ListExecutions")),
      allow(executions(environment), of("states", "DescribeExecution", "GetExecutionHistory")),
      allowEverywhere(
        "ECS restricts a task list by container instance, which Fargate tasks do not have.",
        of("ecs", "ListTasks"),
        { ArnLike: { "ecs:cluster": cluster } },
      ),
      allow([tasks], of("ecs", "DescribeTasks")),
      allowEverywhere(
        "ECS cannot restrict describing a task definition to a resource.",
        of("ecs", "DescribeTaskDefinition"),
      ),
      allow([log], of("logs", "GetLogEvents")),
    ],
    write: [],
  };
}
