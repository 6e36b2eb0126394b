import { expect, test } from "vitest";
import { databaseOf, resourceUsers } from "../../../../operations/plan/resource-users";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";

const secretOf = (database: string) =>
  `\${aws_secretsmanager_secret.database_services_${database}_secret_1A2B3C4D.arn}`;
const forward = (service: string) => ({
  action: [
    { arn: `\${aws_lb_target_group.load-balancer_routes_${service}_target-group_1A2B3C4D.arn}` },
  ],
});

/** Each database and each rule has a name of its own; everything else names its service. */
const platform = parseSynthesizedStack("platform", {
  resource: {
    aws_secretsmanager_secret: {
      database_services_sales_secret_1A2B3C4D: {},
      database_services_left_secret_1A2B3C4D: {},
      database_administrator_secret_1A2B3C4D: {},
    },
    aws_secretsmanager_secret_version: {
      database_services_sales_login_1A2B3C4D: { secret_id: secretOf("sales") },
    },
    aws_ecs_task_definition: {
      "services_order-archive_task_revision_1A2B3C4D": { secrets: secretOf("sales") },
      services_web_task_revision_1A2B3C4D: {},
    },
    aws_iam_role_policy: { services_web_task_policy_1A2B3C4D: { policy: secretOf("sales") } },
    aws_lb_listener_rule: {
      "load-balancer_rules_200_1A2B3C4D": forward("order-archive"),
      "load-balancer_rules_300_1A2B3C4D": {},
    },
    aws_lb_listener: { "load-balancer_listener_1A2B3C4D": forward("web") },
  },
});

test("a rule belongs to its target group's service, a database to the task that gets its secret", () => {
  expect([...resourceUsers([platform])]).toEqual([
    ["aws_secretsmanager_secret.database_services_sales_secret_1A2B3C4D", "order-archive"],
    ["aws_secretsmanager_secret_version.database_services_sales_login_1A2B3C4D", "order-archive"],
    ["aws_lb_listener_rule.load-balancer_rules_200_1A2B3C4D", "order-archive"],
  ]);
});

test.each([
  ["aws_secretsmanager_secret.database_services_order_2_secret_1A2B3C4D", "order_2"],
  ["aws_secretsmanager_secret_version.database_services_sales_login_1A2B3C4D", "sales"],
  ["aws_secretsmanager_secret.database_administrator_secret_1A2B3C4D", undefined],
  ["aws_secretsmanager_secret.backup_database_services_sales_secret_1A2B3C4D", undefined],
  ["data.aws_secretsmanager_secret.database_services_sales_secret_1A2B3C4D", undefined],
  ["aws_cloudwatch_log_group.database_services_sales_log_1A2B3C4D", undefined],
])("the database of %s is %s", (address, database) => {
  expect(databaseOf(address)).toBe(database);
});
