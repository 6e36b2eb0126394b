import { Alb } from "@cdktf/provider-aws/lib/alb";
import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Construct } from "constructs";
import { expect, test } from "vitest";
import type { PlatformParts } from "../../../../stacks/platform/addition";
import { problems } from "../../../support/additions-refused";
import { fixture } from "../../../support/services";
import { synthesizeWith } from "../../../support/synth";

test.each<[string, string, (scope: Construct) => void]>([
  [
    "alarm_name",
    "platform-web-errors-dev",
    (scope) => {
      new CloudwatchMetricAlarm(scope, "own", {
        alarmName: "platform-web-errors-dev",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
      });
    },
  ],
  [
    "alarm_name",
    "platform-web-slow-dev",
    (scope) => {
      new CloudwatchCompositeAlarm(scope, "own", {
        alarmName: "platform-web-slow-dev",
        alarmRule: "ALARM(another)",
      });
    },
  ],
  [
    "name",
    "platform-dev",
    (scope) => {
      new Alb(scope, "own", { name: "platform-dev" });
    },
  ],
  [
    "dashboard_name",
    "platform-dev",
    (scope) => {
      new CloudwatchDashboard(scope, "own", { dashboardName: "platform-dev", dashboardBody: "{}" });
    },
  ],
  [
    "family",
    "platform-web-dev",
    (scope) => {
      new EcsTaskDefinition(scope, "own", { family: "platform-web-dev", containerDefinitions: "" });
    },
  ],
  [
    "cluster_identifier",
    "platform-dev",
    (scope) => {
      new RdsCluster(scope, "own", { clusterIdentifier: "platform-dev", engine: "aurora-mysql" });
    },
  ],
  [
    "identifier",
    "platform-writer-dev",
    (scope) => {
      new RdsClusterInstance(scope, "own", {
        identifier: "platform-writer-dev",
        clusterIdentifier: "another",
        engine: "aurora-mysql",
        instanceClass: "db.serverless",
      });
    },
  ],
  [
    "identifier",
    "platform-writer-dev",
    (scope) => {
      new DbInstance(scope, "own", {
        identifier: "platform-writer-dev",
        instanceClass: "db.t4g.micro",
      });
    },
  ],
])("the %s %s is refused, which the platform has itself", (attribute, name, add) => {
  const found = problems(({ scope }) => {
    add(scope);
    return {};
  });
  expect(found).toEqual([
    expect.stringContaining(
      `additions: the ${attribute} "${name}" of platform/additions/own is that`,
    ),
  ]);
});

test("a domain may have records of other types than the platform's own", () => {
  const domain = { name: "dev.example.com", hostedZone: "example.com" };
  const record = (type: string) =>
    problems(
      ({ scope }) => {
        new Route53Record(scope, "own", { zoneId: "Z", name: domain.name, type });
        return {};
      },
      { domain },
    );
  expect(record("TXT")).toEqual([]);
  expect(record("A")).toEqual([
    expect.stringContaining('the name "dev.example.com" of platform/additions/own is that'),
  ]);
});

test("what may have a name of the platform's own is not refused", () => {
  const nightly = {
    size: { cpu: 256, memory: 512 },
    schedule: { everyMinutes: 60 },
  } as const;
  const add = ({ scope }: PlatformParts) => {
    // Each role has policies of its own, and many have the database's family.
    new IamRolePolicy(scope, "policy", { name: "job", role: "own", policy: "{}" });
    new RdsClusterParameterGroup(scope, "group", { name: "own", family: "aurora-postgresql17" });
    return {};
  };
  const { platform } = synthesizeWith(add, { ...fixture, nightly });
  const names = platform.resources("aws_iam_role_policy").map(({ name }) => name);
  expect(names.filter((name) => name === "job").length).toBeGreaterThan(1);
  const families = platform.resources("aws_rds_cluster_parameter_group");
  expect(families.map(({ family }) => family)).toEqual(Array(2).fill("aurora-postgresql17"));
});

test("a name of the platform's own is refused, also of what is created later", () => {
  const found = problems(({ scope, vpcId, resourceName }) => {
    new SecurityGroup(scope, "tasks", { name: resourceName("web", "tasks"), vpcId });
    new EcsCluster(scope, "cluster", { name: "platform-dev" });
    // No other queue has the name, whatever else has.
    new SqsQueue(scope, "queue", { name: "platform-web-tasks-dev" });
    return {};
  });
  expect(found).toEqual([
    'additions: the name "platform-web-tasks-dev" of platform/additions/tasks is that of the platform\'s own aws_security_group platform/security-groups/services/web/group; choose another',
    'additions: the name "platform-dev" of platform/additions/cluster is that of the platform\'s own aws_ecs_cluster platform/cluster/cluster; choose another',
  ]);
});
