import { type Break, type Json, add, first, policyText } from "./broken";

const POLICY = "data.aws_iam_policy_document.services_private_task_roles_execution-permissions";

/** Replaces what the execution role of the service with a database may do. */
export function statement(block: Record<string, unknown>): (json: Json) => void {
  return (json) => {
    first(json, "aws_iam_policy_document", "private_task_roles_execution", "data")["statement"] = [
      block,
    ];
  };
}

export const GRANTS: Readonly<Record<string, readonly Break[]>> = {
  "No policy grants with a wildcard": [
    {
      change: statement({
        actions: ["ecr:*"],
        resources: ["arn:aws:ecr:us-east-1:1:repository/a"],
      }),
      says: "allows ecr:*",
      where: POLICY,
    },
    {
      change: statement({ actions: ["secretsmanager:GetSecretValue"], resources: ["*"] }),
      says: "allows secretsmanager:GetSecretValue on every resource",
      where: POLICY,
    },
    {
      change: statement({ not_actions: ["iam:PassRole"], resources: ["arn:aws:s3:::a"] }),
      says: "allows all but what it names",
      where: POLICY,
    },
    {
      change: statement({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::*"] }),
      says: "allows s3:GetObject on every resource",
      where: POLICY,
    },
    {
      change: add("aws_iam_role_policy", {
        policy: policyText({ Action: ["s3:*"], Resource: "arn:aws:s3:::a" }),
      }),
      says: "allows s3:*",
      where: "aws_iam_role_policy.added",
    },
    {
      change: (json) => {
        const own = { actions: ["sqs:*"], resources: ["${aws_sqs_queue.messages.arn}"] };
        first(json, "aws_iam_policy_document", "writer_task_roles_task", "data")["statement"] = [
          own,
        ];
      },
      says: "allows sqs:*",
      where: "data.aws_iam_policy_document.services_writer_task_roles_task-permissions",
    },
    {
      change: add("aws_sqs_queue_policy", {
        policy: policyText({
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:us-east-1:1:q",
        }),
      }),
      says: "allows every principal",
      where: "aws_sqs_queue_policy.added",
    },
    {
      change: add("aws_sqs_queue_policy", {
        policy: policyText({
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "arn:aws:sqs:us-east-1:1:q",
          Condition: {
            StringLike: { "aws:PrincipalArn": "*" },
            Bool: { "aws:SecureTransport": "true" },
          },
        }),
      }),
      says: "allows every principal",
      where: "aws_sqs_queue_policy.added",
    },
    {
      change: statement({
        actions: ["ecs:ListTasks"],
        resources: ["*"],
        condition: [{ test: "ArnLike", variable: "ecs:cluster", values: ["*"] }],
      }),
      says: "allows ecs:ListTasks on every resource",
      where: POLICY,
    },
    {
      change: statement({
        actions: ["ecs:ListTasks"],
        resources: ["*"],
        condition: [
          {
            test: "ArnLikeIfExists",
            variable: "ecs:cluster",
            values: ["arn:aws:ecs:*:1:cluster/a"],
          },
        ],
      }),
      says: "allows ecs:ListTasks on every resource",
      where: POLICY,
    },
    {
      change: add("aws_iam_role_policy", {
        policy:
          '${jsonencode({"Statement" = [{"Effect" = "Allow", "Action" = ["s3:*"], "Resource" = aws_s3_bucket.a.arn}]})}',
      }),
      says: "allows s3:*",
      where: "aws_iam_role_policy.added",
    },
    {
      change: add("aws_iam_role_policy", { policy: '${merge({"Statement" = 1}, {"Effect" = 2})}' }),
      says: "cannot be read",
      where: "aws_iam_role_policy.added",
    },
    {
      change: add("aws_iam_role_policy_attachment", {
        policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
      says: "attaches arn:aws:iam::aws:policy/AdministratorAccess",
      where: "aws_iam_role_policy_attachment.added",
    },
  ],
};
