import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { roleName } from "../../spec/names";
import { partitionOf } from "../../spec/regions";
import { accountOf } from "./account";
import type { GivenPermission } from "../../spec/service/permissions";
import type { TaskStatement } from "../../spec/service/task-statements";

export interface TaskRolesProps {
  readonly config: Config;
  readonly service: string;
  /** The repositories of the task's images, the service's own first. */
  readonly repositoryArns: readonly string[];
  readonly logGroup: CloudwatchLogGroup;
  /** Whether the service may have sidecars. */
  readonly runsOn: boolean;
  /** The secrets that ECS passes to the containers as environment variables. */
  readonly secretArns: readonly string[];
  /** The parameters that ECS passes to the containers in the same way; with `*`, all that begin so. */
  readonly parameterArns: readonly string[];
  /** What the application may do on AWS. */
  readonly permissions: readonly TaskStatement[];
}

/** The statements of permissions, whose ids begin with a word. */
export function grantedBy(
  permissions: readonly GivenPermission[] = [],
  word: string,
): TaskStatement[] {
  return permissions.map(({ actions, resources }, index) => {
    return { sid: `${word}${index}`, actions, resources };
  });
}

/**
 * The two roles of a task. ECS uses the execution role to pull the image, read the secrets and write
 * the log, of this service only. The application runs with the task role, which has the permissions
 * that follow from its entry in the catalogue, and no policy if there are none.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html
 */
export class TaskRoles extends Construct {
  readonly execution: IamRole;
  /** Must be attached before a task starts, and removed after the last one stops. */
  readonly executionPolicy: IamRolePolicy;
  readonly task: IamRole;
  /** The policy of the task role, where it has one: attached before a task starts. */
  readonly taskPolicy: IamRolePolicy[];

  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id);
    const { config, service } = props;
    const { permissionsBoundary } = config;
    const shared = {
      assumeRolePolicy: this.trustPolicy(props).json,
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    };
    this.execution = new IamRole(this, "execution", {
      name: roleName(config, service, "ecs"),
      description: `ECS starts ${service} with this role`,
      ...shared,
    });
    this.executionPolicy = new IamRolePolicy(this, "execution-policy", {
      name: "start-task",
      role: this.execution.id,
      policy: this.executionPermissions(props).json,
    });
    this.task = new IamRole(this, "task", {
      name: roleName(config, service, "app"),
      description: `${service} runs with this role`,
      ...shared,
    });
    this.taskPolicy = this.allow(props.permissions);
  }

  private allow(permissions: readonly TaskStatement[]): IamRolePolicy[] {
    if (permissions.length === 0) return [];
    const document = new DataAwsIamPolicyDocument(this, "task-permissions", {
      statement: permissions.map(({ sid, actions, resources }) => {
        return { sid, actions: [...actions], resources: [...resources] };
      }),
    });
    return [
      new IamRolePolicy(this, "task-policy", {
        name: "run-service",
        role: this.task.id,
        policy: document.json,
      }),
    ];
  }

  /**
   * Only ECS assumes the roles, and only for tasks of this account and region: otherwise ECS, which
   * serves every account, could be asked to by another one. ECS cannot tell the cluster.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  private trustPolicy({ config, repositoryArns }: TaskRolesProps): DataAwsIamPolicyDocument {
    const { region } = config;
    const account = accountOf(repositoryArns);
    const tasks = `arn:${partitionOf(region)}:ecs:${region}:${account}:*`;
    return new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [account] },
            { test: "ArnLike", variable: "aws:SourceArn", values: [tasks] },
          ],
        },
      ],
    });
  }

  private executionPermissions(props: TaskRolesProps): DataAwsIamPolicyDocument {
    const { repositoryArns, logGroup, runsOn, secretArns, parameterArns } = props;
    // Of all its sidecars, also of one that has left the catalogue: until the service has changed, its tasks
    // still start with that one. No service's name has a `_`.
    const beside = (arn = "") => (runsOn ? [`${arn}_*`] : []);
    return new DataAwsIamPolicyDocument(this, "execution-permissions", {
      statement: [
        // The only action without resource-level permissions.
        { sid: "LogIn", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
        {
          sid: "PullImage",
          actions: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ],
          resources: [...repositoryArns, ...beside(repositoryArns[0])],
        },
        {
          sid: "WriteLog",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${logGroup.arn}:*`, ...beside(logGroup.arn)],
        },
        ...readSecrets(secretArns),
        // Encrypted with the account's own key for them, which asks for no permission.
        { sid: "ReadParameters", actions: ["ssm:GetParameters"], resources: [...parameterArns] },
      ],
    });
  }
}

/** A statement, where there is a secret to read. */
function readSecrets(arns: readonly string[]) {
  if (arns.length === 0) return [];
  return [{ sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: [...arns] }];
}
