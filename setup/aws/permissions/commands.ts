import { logGroupPrefix, resourceName } from "../../../spec/names";
import { type Environment, arn, bucketArn, repositories, zones } from "./environment";
import { type Permissions, type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { ownership } from "./ownership";

/** What our commands ask AWS themselves, beside Terraform. */
export function commands(environment: Environment): PermissionTable {
  const services = arn(environment, "ecs", `service/${resourceName(environment)}/*`);
  const describeServices = allow([services], of("ecs", "DescribeServices"));
  const own = repositories(environment);
  const loadBalancers = (...actions: string[]) =>
    allowEverywhere(
      "Elastic Load Balancing's Describe actions take no resource.",
      of("elasticloadbalancing", ...actions),
    );
  const cluster = arn(environment, "ecs", `cluster/${resourceName(environment)}`);
  return {
    "npx platform deploy": {
      read: [
        describeServices,
        allowEverywhere(
          "ECS takes no resource for lists of services and task definitions, nor for a description.",
          of("ecs", "ListTaskDefinitionFamilies", "ListTaskDefinitions", "DescribeTaskDefinition"),
        ),
        allowEverywhere(
          "The services of one cluster are listed by a condition.",
          of("ecs", "ListServices"),
          { ArnLike: { "ecs:cluster": cluster } },
        ),
        loadBalancers("DescribeLoadBalancers"),
        allow(own, of("ecr", "DescribeImages", "DescribeRepositories")),
        ...ownership(environment),
      ],
      write: [
        allow(own, of("ecr", "TagResource", "UntagResource")),
        allowEverywhere(
          "ECS takes no resource for the end of a task definition.",
          of("ecs", "DeregisterTaskDefinition"),
        ),
        allowEverywhere("The login to ECR takes no resource.", of("ecr", "GetAuthorizationToken")),
      ],
    },
    "npx platform envs": {
      read: [
        allowEverywhere(
          "What carries a tag is listed without a resource.",
          of("tag", "GetResources"),
        ),
        loadBalancers("DescribeLoadBalancers"),
        // Their list is asked for without names.
        allow([arn(environment, "ecr", "repository/*")], of("ecr", "DescribeRepositories")),
        allow(own, of("ecr", "ListTagsForResource")),
      ],
      write: [],
    },
    "npx platform diagnose": diagnose(environment, [
      describeServices,
      loadBalancers("DescribeTargetHealth"),
    ]),
    "npx platform doctor": {
      read: [
        allowEverywhere("What an account and a region have is of no resource.", [
          ...of("sts", "GetCallerIdentity"),
          ...of("ec2", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeVpcs"),
          ...of("rds", "DescribeDBEngineVersions"),
          ...of("iam", "ListRoles"),
          ...of("route53", "ListHostedZonesByName"),
        ]),
        allow([bucketArn(environment)], of("s3", "ListBucket", "GetBucketVersioning")),
        allow(zones(environment), of("route53", "ListResourceRecordSets")),
        allow(
          ["ec2/*", "fargate/*", "vpc/*"].map((quota) => arn(environment, "servicequotas", quota)),
          of("servicequotas", "GetServiceQuota"),
        ),
      ],
      write: [],
    },
  };
}

/** Tasks and the last lines of their logs. */
function diagnose(environment: Environment, others: Permissions["read"]): Permissions {
  const cluster = arn(environment, "ecs", `cluster/${resourceName(environment)}`);
  const tasks = arn(environment, "ecs", `task/${resourceName(environment)}/*`);
  const log = arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`);
  return {
    read: [
      ...others,
      allowEverywhere(
        "Fargate's tasks have no container instance, by which ECS would restrict their list.",
        of("ecs", "ListTasks"),
        { ArnLike: { "ecs:cluster": cluster } },
      ),
      allow([tasks], of("ecs", "DescribeTasks")),
      allowEverywhere(
        "ECS takes no resource for the description of a task definition.",
        of("ecs", "DescribeTaskDefinition"),
      ),
      allow([log], of("logs", "GetLogEvents")),
    ],
    write: [],
  };
}
