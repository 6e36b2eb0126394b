import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement as Statement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { type RoleKind, resourceName, roleName } from "../../spec/names";
import { partitionOf } from "../../spec/regions";

export interface JobRolesProps {
  readonly config: Config;
  readonly job: string;
  /** Whether its runs may overlap; otherwise each looks for others. */
  readonly overlap: boolean;
  readonly account: string;
  readonly cluster: { readonly name: string; readonly arn: string };
  /** The roles of the job's task. */
  readonly taskRoles: readonly IamRole[];
}

/**
 * The two roles of a job. Step Functions runs its task with the one, which can run no other task and pass no
 * other role. EventBridge Scheduler starts a run with the other, and can do nothing else.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html#sync-async-iam-policies
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
 */
export class JobRoles extends Construct {
  readonly run: IamRole;
  readonly due: IamRole;
  /** Must be attached before a run starts. */
  readonly policies: IamRolePolicy[];
  private readonly props: JobRolesProps;

  constructor(scope: Construct, id: string, props: JobRolesProps) {
    super(scope, id);
    this.props = props;
    const { job } = props;
    this.run = this.role("run", "states", this.runs(), `Step Functions runs ${job} with this role`);
    this.due = this.role(
      "due",
      "scheduler",
      this.arn("scheduler", "schedule-group/default"),
      `EventBridge Scheduler starts ${job} with this role`,
    );
    this.policies = [
      this.allow("run", this.run, this.runStatements()),
      this.allow("due", this.due, [
        { actions: ["states:StartExecution"], resources: [this.runs()] },
      ]),
    ];
  }

  /** The ARN of the job's state machine, which needs the role that names it. */
  private runs(): string {
    return this.arn("states", `stateMachine:${resourceName(this.props.config, this.props.job)}`);
  }

  private arn(service: string, resource: string): string {
    const { config, account } = this.props;
    return `arn:${partitionOf(config.region)}:${service}:${config.region}:${account}:${resource}`;
  }

  /** Only the service assumes it, and only for this account and resource. */
  private role(kind: RoleKind, service: string, source: string, description: string): IamRole {
    const { config, job, account } = this.props;
    const { permissionsBoundary } = config;
    const trust = new DataAwsIamPolicyDocument(this, `${kind}-trust`, {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: [`${service}.amazonaws.com`] }],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [account] },
            { test: "ArnEquals", variable: "aws:SourceArn", values: [source] },
          ],
        },
      ],
    });
    return new IamRole(this, kind, {
      name: roleName(config, job, kind),
      description,
      assumeRolePolicy: trust.json,
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    });
  }

  private allow(kind: RoleKind, role: IamRole, statement: Statement[]): IamRolePolicy {
    const document = new DataAwsIamPolicyDocument(this, `${kind}-permissions`, { statement });
    return new IamRolePolicy(this, `${kind}-policy`, {
      name: "job",
      role: role.id,
      policy: document.json,
    });
  }

  private runStatements(): Statement[] {
    const { config, job, overlap, cluster, taskRoles } = this.props;
    const inCluster = [{ test: "ArnEquals", variable: "ecs:cluster", values: [cluster.arn] }];
    const tasks = this.arn("ecs", `task/${cluster.name}/*`);
    return [
      ...(overlap
        ? []
        : [{ sid: "FindRuns", actions: ["states:ListExecutions"], resources: [this.runs()] }]),
      {
        sid: "RunTask",
        actions: ["ecs:RunTask"],
        resources: [this.arn("ecs", `task-definition/${resourceName(config, job)}:*`)],
        condition: inCluster,
      },
      { sid: "TagTask", actions: ["ecs:TagResource"], resources: [tasks] },
      {
        sid: "FollowTask",
        actions: ["ecs:DescribeTasks", "ecs:StopTask"],
        resources: [tasks],
        condition: inCluster,
      },
      {
        sid: "PassTaskRoles",
        actions: ["iam:PassRole"],
        resources: taskRoles.map(({ arn }) => arn),
        condition: [
          {
            test: "StringEquals",
            variable: "iam:PassedToService",
            values: ["ecs-tasks.amazonaws.com"],
          },
        ],
      },
      {
        // Step Functions hears of the task's end through a rule of its own.
        sid: "HearOfItsEnd",
        actions: ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
        resources: [this.arn("events", "rule/StepFunctionsGetEventsForECSTaskRule")],
      },
    ];
  }
}
