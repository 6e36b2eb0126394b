import { logGroupPrefix, repositoryName, resourceName, roleName } from "../../../spec/names";
import { type Environment, arn, iamArn } from "./environment";
import {
  type Arn,
  type Grant,
  NOTHING,
  type PermissionTable,
  allow,
  allowEverywhere,
  of,
} from "./grant";

/**
 * The roles of tasks. Whoever may write a role and run a task with it may do whatever the role may:
 * each is made with the boundary, which nobody can take away here, and is handed to ECS alone.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function taskRoles(environment: Environment): PermissionTable {
  const roles = taskRoleArns(environment);
  const bounded = {
    StringEquals: { "iam:PermissionsBoundary": boundaryArn(environment) },
  };
  return {
    aws_iam_role: {
      read: [allow(roles, of("iam", "GetRole", "ListRolePolicies", "ListAttachedRolePolicies"))],
      write: [
        allow(
          roles,
          [...of("iam", "CreateRole", "PutRolePermissionsBoundary", "UpdateAssumeRolePolicy")],
          bounded,
        ),
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

/** The roles of the environment's tasks. */
export function taskRoleArns(environment: Environment): Arn[] {
  const kinds = ["ecs", "app"] as const;
  return kinds.map((kind) => iamArn(environment, `role/${roleName(environment, "*", kind)}`));
}

/** Hands the roles of tasks to ECS, and to nothing else. */
export function passTaskRoles(environment: Environment): Grant {
  const roles = taskRoleArns(environment);
  return allow(roles, of("iam", "PassRole"), {
    StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
  });
}

/** The role by which a service of AWS acts; it is made with the account's first use of it. */
export function serviceLinkedRole(environment: Environment, service: string): Grant {
  return allow(
    [iamArn(environment, `role/aws-service-role/${service}/*`)],
    of("iam", "CreateServiceLinkedRole"),
    { StringEquals: { "iam:AWSServiceName": service } },
  );
}

/** Where `setup/aws` keeps its own roles and policies: no name of a task's role begins like this. */
export const SETUP_PATH = "/setup/";

/** The policy that no role of the environment's tasks exceeds. */
export function boundaryArn(environment: Environment): string {
  return iamArn(environment, `policy${SETUP_PATH}${boundaryName(environment)}`);
}

export function boundaryName({ name, github }: Pick<Environment, "name" | "github">): string {
  return `${name}-task-boundary-${github}`;
}

/**
 * What the roles of tasks may do at most: start a task. A service that needs more of AWS gets it here,
 * and in `stacks/platform/task-roles.ts`.
 */
export function taskBoundary(environment: Environment): Grant[] {
  const images = arn(environment, "ecr", `repository/${repositoryName(environment, "*")}`);
  const log = arn(environment, "logs", `log-group:${logGroupPrefix(environment)}*`);
  const secrets = [
    arn(
      environment,
      "secretsmanager",
      `secret:${resourceName(environment, "*", "database")}-??????`,
    ),
    // RDS names the secret of a cluster's master user by the cluster's id, which nobody knows before.
    arn(environment, "secretsmanager", "secret:rds!cluster-*"),
  ];
  return [
    allowEverywhere("The login to ECR takes no resource.", of("ecr", "GetAuthorizationToken")),
    allow(
      [images],
      of("ecr", "BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"),
    ),
    allow([log], of("logs", "CreateLogStream", "PutLogEvents")),
    allow(secrets, of("secretsmanager", "GetSecretValue")),
  ];
}
