import {
  RESTORING,
  type RoleKind,
  logGroupPrefix,
  repositoryName,
  resourceName,
  roleName,
} from "../../../spec/names";
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from "../../../spec/service/buckets";
import type { Permission } from "../../../spec/service/permissions";
import { RECEIVER_ACTIONS, SENDER_ACTIONS } from "../../../spec/service/queues";
import { CHANNEL_ACTIONS, SESSION_LOG_ACTIONS } from "../../../spec/service/task-statements";
import { bucketArns, objectArns } from "./buckets";
import { type Environment, arn, iamArn } from "./environment";
import {
  type Arn,
  type Grant,
  NOTHING,
  type PermissionTable,
  allow,
  allowEverywhere,
  allowUnbound,
  of,
} from "./grant";
import { queueArn } from "./queues";
import { secretReading } from "./service-secrets";

/**
 * The roles of tasks and of jobs. Permission to write a role and run a task with it grants all the role's permissions,
 * so each role is created with the boundary, which cannot be removed, and can be passed only to ECS.
 * Nobody but an administrator changes who may assume a role that exists. One that is created can trust anybody:
 * IAM has no condition for a trust policy, and the boundary holds all the same.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function taskRoles(environment: Environment): PermissionTable {
  const roles = roleArns(environment, "ecs", "app", "run", "due");
  const bounded = {
    StringEquals: { "iam:PermissionsBoundary": boundaryArn(environment) },
  };
  return {
    aws_iam_role: {
      read: [allow(roles, of("iam", "GetRole", "ListRolePolicies", "ListAttachedRolePolicies"))],
      write: [
        allow(roles, of("iam", "CreateRole", "PutRolePermissionsBoundary"), bounded),
        allow(roles, [
          ...of("iam", "UpdateRole", "UpdateRoleDescription", "DeleteRole"),
          ...of("iam", "ListInstanceProfilesForRole", "TagRole", "UntagRole"),
        ]),
      ],
    },
    aws_iam_role_policy: {
      read: [allow(roles, of("iam", "GetRolePolicy"))],
      write: [allow(roles, of("iam", "PutRolePolicy", "DeleteRolePolicy"), bounded)],
    },
    "data.aws_iam_policy_document": NOTHING,
  };
}

/** The ARNs of the environment's task roles. */
export function taskRoleArns(environment: Environment): Arn[] {
  return roleArns(environment, "ecs", "app");
}

/** The ARNs of the roles of these kinds, of all services of the environment. */
export function roleArns(environment: Environment, ...kinds: readonly RoleKind[]): Arn[] {
  return kinds.map((kind) => iamArn(environment, `role/${roleName(environment, "*", kind)}`));
}

/** Passes the task roles to ECS, and to no other service. */
export function passTaskRoles(environment: Environment): Grant {
  const roles = taskRoleArns(environment);
  return allow(roles, of("iam", "PassRole"), {
    StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
  });
}

/** An AWS service's own role, created on the account's first use of the service. */
export function serviceLinkedRole(environment: Environment, service: string): Grant {
  return allowUnbound(
    "An account has one service-linked role for all of its environments.",
    [iamArn(environment, `role/aws-service-role/${service}/*`)],
    of("iam", "CreateServiceLinkedRole"),
    { StringEquals: { "iam:AWSServiceName": service } },
  );
}

/** The path of `setup/aws`'s own roles and policies; no task role's name starts with it. */
export const SETUP_PATH = "/setup/";

/** The permissions boundary of the environment's task roles. */
export function boundaryArn(environment: Environment): Arn {
  return iamArn(environment, `policy${SETUP_PATH}${boundaryName(environment)}`);
}

export function boundaryName({ name, github }: Pick<Environment, "name" | "github">): string {
  return `${name}-task-boundary-${github}`;
}

/**
 * The most that task roles may do: start a task, work with the environment's queues and buckets, and what an
 * administrator allows in addition. For a word of the catalogue that grants something, add it here and in
 * `stacks/platform/task-roles.ts`.
 */
export function taskBoundary(environment: Environment): Grant[] {
  const images = arn(environment, "ecr", `repository/${repositoryName(environment, "*")}`);
  const log = arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`);
  const secrets = arn(
    environment,
    "secretsmanager",
    `secret:${resourceName(environment, "*", "database")}-??????`,
  );
  return [
    allowEverywhere(
      "The ECR login cannot be restricted to a resource.",
      of("ecr", "GetAuthorizationToken"),
    ),
    allow(
      [images],
      of("ecr", "BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"),
    ),
    allow([log], of("logs", "CreateLogStream", "PutLogEvents")),
    allow([secrets], of("secretsmanager", "GetSecretValue")),
    ...secretReading(environment),
    allow([masterSecrets(environment)], of("secretsmanager", "GetSecretValue"), {
      StringLike: isOfOwnCluster(environment),
    }),
    allow([queueArn(environment)], [...SENDER_ACTIONS, ...RECEIVER_ACTIONS]),
    allow(bucketArns(environment), BUCKET_ACTIONS),
    allow(objectArns(bucketArns(environment)), OBJECT_ACTIONS),
    ...(environment.exec ? sessions(log) : []),
    ...(environment.taskPermissions ?? []).map(chosen),
  ];
}

/** What ECS Exec needs in a task: see `sessionStatements`. */
function sessions(log: Arn): Grant[] {
  return [
    allowEverywhere(
      "A channel of Systems Manager is no resource, and log groups are listed by a prefix, which IAM cannot restrict.",
      [...CHANNEL_ACTIONS, ...of("logs", "DescribeLogGroups")],
    ),
    allow([log], SESSION_LOG_ACTIONS),
  ];
}

/** A permission of `SETUP_TASK_PERMISSIONS`. */
function chosen({ actions, resources }: Permission): Grant {
  const reason = "An administrator has chosen it for the tasks of this environment.";
  const arns = resources.filter((each) => each !== "*");
  return arns.length < resources.length
    ? allowEverywhere(reason, actions)
    : allowUnbound(reason, arns, actions);
}

/** The master users' secrets of all clusters: RDS names each by an ID that is unknown in advance. */
export function masterSecrets(environment: Environment): Arn {
  return arn(environment, "secretsmanager", "secret:rds!cluster-*");
}

/**
 * The tag by which a master user's secret names its cluster. RDS sets it, and nobody can change a tag
 * whose key starts with `aws:`. `npx platform restore` gives a cluster its secret before its name, and AWS
 * does not say whether RDS changes the tag with the name, so both names are the environment's.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSServiceRolePolicy.html
 */
export function isOfOwnCluster(environment: Environment): Readonly<Record<string, string[]>> {
  const clusters = [resourceName(environment), resourceName(environment, RESTORING)].map((name) =>
    arn(environment, "rds", `cluster:${name}`),
  );
  return { "secretsmanager:ResourceTag/aws:rds:primaryDBClusterArn": clusters };
}
