import { readFileSync } from "node:fs";
import path from "node:path";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import { additions as shipped } from "../../../../additions";
import { PROJECT_FOLDER } from "../../../../project";
import { services } from "../../../../services";
import {
  type Additions,
  type PlatformParts,
  defineAdditions,
} from "../../../../stacks/platform/addition";
import { clashes } from "../../../../stacks/platform/addition-problems";
import { AdditionsRefusal } from "../../../../stacks/platform/additions-refusal";
import { additions as example } from "../../../support/additions";
import { fixture } from "../../../support/services";
import { containers, plain, synthesize, synthesizeWith } from "../../../support/synth";

describe("the example of docs/additions.md", () => {
  const { images, platform } = synthesizeWith(example);

  test("is what is tested here", () => {
    const read = (...names: string[]) => readFileSync(path.join(PROJECT_FOLDER, ...names), "utf8");
    const [, code] = /```ts\n(.*?)```/s.exec(read("docs", "additions.md")) ?? [];
    const tested = read("__tests__", "support", "additions.ts");
    // At the root of the project, as a team has it.
    expect(code).toBe(tested.replaceAll('from "../../', 'from "./'));
  });

  test("creates a cache in the private subnets, under the environment's name", () => {
    expect(plain(platform.resources("aws_elasticache_serverless_cache"))).toEqual([
      {
        name: "platform-cache-dev",
        engine: "valkey",
        security_group_ids: ["${aws_security_group.additions_cache-group.id}"],
        subnet_ids: [0, 1].map((zone) => `\${aws_subnet.network_private-subnet-${zone}.id}`),
      },
    ]);
  });

  test("opens its port to the tasks of flask-api, and to nothing else", () => {
    const rules = [
      "aws_vpc_security_group_ingress_rule",
      "aws_vpc_security_group_egress_rule",
    ].flatMap(
      (type) =>
        plain(
          platform.resources(type).filter((rule) => JSON.stringify(rule).includes("cache-group")),
        ) as object[],
    );
    const cache = "${aws_security_group.additions_cache-group.id}";
    const tasks = "${aws_security_group.security-groups_services_flask-api_group.id}";
    const rule = {
      description: "flask-api to cache-group",
      ip_protocol: "tcp",
      from_port: 6379,
      to_port: 6379,
    };
    expect(rules).toEqual([
      { ...rule, security_group_id: cache, referenced_security_group_id: tasks },
      { ...rule, security_group_id: tasks, referenced_security_group_id: cache },
    ]);
  });

  test("gives its address to flask-api and its migration, and to no other container", () => {
    const host = {
      name: "CACHE_HOST",
      value: "${aws_elasticache_serverless_cache.additions_cache.endpoint[0].address}",
    };
    const given = (plain(containers(platform)) as { name: string; environment?: object[] }[])
      .filter(({ environment = [] }) => JSON.stringify(environment).includes(host.value))
      .map(({ name, environment }) => [name, environment]);
    expect(given.map(([name]) => name)).toEqual(["migrate", "flask-api"]);
    for (const [, environment] of given) {
      expect(environment).toContainEqual(host);
      expect(environment).toContainEqual({ name: "CACHE_PORT", value: "6379" });
    }
  });

  test("leaves the probe as it is, which runs before there is a cache", () => {
    expect(images.json).toEqual(synthesize(services).images.json);
  });

  test("is a statement of the task role's policy", () => {
    const [document] = platform
      .dataSources("aws_iam_policy_document")
      .filter((block) => JSON.stringify(block).includes("elasticache:"));
    expect(plain(document?.["statement"])).toEqual([
      {
        sid: "Addition0",
        actions: ["elasticache:DescribeServerlessCaches"],
        resources: ["${aws_elasticache_serverless_cache.additions_cache.arn}"],
      },
    ]);
  });

  test("is there before the tasks that use it", () => {
    const [service] = platform
      .resources("aws_ecs_service")
      .filter(({ name }) => name === "platform-flask-api-dev");
    expect(plain(service?.["depends_on"])).toEqual(
      expect.arrayContaining([
        "aws_vpc_security_group_egress_rule.additions_cache-group_from-flask-api-6379_out",
        "aws_vpc_security_group_ingress_rule.additions_cache-group_from-flask-api-6379_in",
        "aws_iam_role_policy.services_flask-api_task_roles_task-policy",
      ]),
    );
  });

  test("changes nothing else", () => {
    const before = synthesize(services).platform;
    const untouched = ["aws_lb", "aws_vpc", "aws_rds_cluster", "aws_iam_role", "aws_subnet"];
    for (const type of untouched) {
      expect(platform.resources(type)).toEqual(before.resources(type));
    }
  });
});

test("the shipped additions add nothing", () => {
  expect(synthesizeWith(shipped).platform.json).toEqual(synthesize(services).platform.json);
});

/** Why additions to the fixture are refused. */
function problems(additions: (platform: PlatformParts) => unknown): readonly string[] {
  try {
    // A team's compiler would refuse most of it, but not every team has one.
    synthesizeWith(additions as Additions, fixture);
  } catch (error) {
    if (error instanceof AdditionsRefusal) return error.problems;
    throw error;
  }
  return [];
}

const of = (web: object) => problems(() => ({ web }));
const ARN = "arn:aws:sqs:us-east-1:123456789012:orders";
const send = { actions: ["sqs:SendMessage"], resources: [ARN] };

test.each<[unknown, string]>([
  [undefined, "what the function returns is not set; it must be an object by service, or {}"],
  [[], "what the function returns is []; it must be an object by service"],
  [{ wbe: {} }, '"wbe" is not a service; the services are web, orders, order-archive'],
  [{ web: 5 }, "web is 5; it must be { environment, permissions }, or one of them"],
  [{ web: { enviroment: {} } }, "web.enviroment is not a setting; did you mean environment?"],
  [{ web: { environment: { PORT_OF: 6379 } } }, "web.environment.PORT_OF is 6379; it must be text"],
  [{ web: { environment: { PORT: "1" } } }, "web.environment sets PORT; a name must be letters"],
  [{ web: { environment: { "A-B": "1" } } }, "web.environment sets A-B; a name must be letters"],
  [
    { web: { environment: { ORDERS_URL: "http://other" } } },
    'web.environment sets ORDERS_URL, but so does calls: ["orders"], with the URL of orders',
  ],
  [{ web: { environment: { DATABASE_HOST: "x" } } }, "web.environment sets DATABASE_HOST; a name"],
  [{ web: { permissions: [] } }, "web.permissions is empty; leave it out, or name some"],
  [
    { web: { permissions: [{ actions: ["iam:PassRole"], resources: [ARN] }] } },
    'web.permissions.0.actions names "iam:PassRole", but no task may have an action of iam',
  ],
  [
    { web: { permissions: [{ actions: ["sqs:*"], resources: ["*"] }] } },
    'web.permissions.0.actions names "sqs:*" on "*", which means everything',
  ],
  [{ web: { permissions: [send, send] } }, "web.permissions.1 is there twice; remove one of them"],
  [
    { web: { permissions: [{ ...send, resources: [ARN.replace("aws", "aws-us-gov")] }] } },
    'web.permissions names "arn:aws-us-gov:sqs:us-east-1:123456789012:orders", but us-east-1 is in',
  ],
  [
    { web: { environment: { TEXT: "x".repeat(60_000) } } },
    "bytes of web's task definition come from its environment, calls, queues, buckets, secrets, commands",
  ],
])("additions that return %j are refused before Terraform runs", (returned, message) => {
  const [found, ...others] = problems(() => returned);
  expect(found).toContain("additions: ");
  expect(found).toContain(message);
  expect(others).toEqual([]);
});

test("all mistakes are reported together", () => {
  expect(of({ environment: { PORT: "1", "A-B": "2" }, permissions: [send, send] })).toHaveLength(3);
});

test("a variable or a permission of the catalogue cannot be set again", () => {
  const environment = { LOG_LEVEL: "info" };
  const permissions = [{ actions: ["sqs:SendMessage"], resources: [ARN] }] as const;
  const catalogue = { ...fixture, web: { ...fixture.web, environment, permissions } };
  const again = () => ({ web: { environment: { LOG_LEVEL: "debug" }, permissions } });
  expect(() => synthesizeWith(again, catalogue)).toThrow(
    [
      "additions: web.environment sets LOG_LEVEL, but so does the service's entry in services/index.ts or environments.ts; remove one of them",
      "additions: web.permissions.0 is there twice; remove one of them",
    ].join("\n"),
  );
});

test("permissions that leave too little of the role's policy for its buckets are refused", () => {
  const names = (count: number, start: string) =>
    [...Array(count).keys()].map((each) => `${start}${each + 10}`);
  const stores = names(40, "long-bucket-");
  const resources = names(130, "arn:aws:dynamodb:*:*:table/t-");
  const add = () => ({
    web: { permissions: [{ actions: ["dynamodb:GetItem" as const], resources }] },
  });
  expect(() => synthesizeWith(add, { ...fixture, web: { ...fixture.web, stores } })).toThrow(
    "characters of the policy of web's task role come from its sends, receives, stores and permissions",
  );
});

test("a variable that any other source gives a container is refused too", () => {
  const named = (name: string) => ({ name });
  const queue = named("EXPORTS_QUEUE_URL");
  const found = (...containers: Parameters<typeof clashes>[2]) =>
    clashes("web", { EXPORTS_QUEUE_URL: "…", STRIPE_KEY: "…" }, containers);
  expect(found({ name: "web", environment: [queue], secrets: [named("KEY")] })).toEqual([]);
  const message =
    "web.environment sets STRIPE_KEY, which the platform sets itself; choose another name";
  const secrets = [named("STRIPE_KEY")];
  expect(found({ name: "web", environment: [queue, ...secrets], secrets })).toEqual([message]);
  expect(found({ name: "health" }, { name: "web", environment: [queue, queue] })).toEqual([
    expect.stringContaining("web.environment sets EXPORTS_QUEUE_URL, which the platform sets"),
  ]);
});

/** A group of the additions. */
const groupIn = ({ scope, vpcId }: PlatformParts, name: string) =>
  new SecurityGroup(scope, name, { name, vpcId });

test.each<[string, (platform: PlatformParts) => void, string]>([
  [
    "a service that does not exist",
    (platform) => {
      platform.allow("wbe", groupIn(platform, "cache"), 6379);
    },
    'allow("wbe", platform/additions/cache, 6379): "wbe" is not a service; the services are web',
  ],
  [
    "a port that does not exist",
    (platform) => {
      platform.allow("web", groupIn(platform, "cache"), 65_536);
    },
    "the port must be a whole number from 1 to 65535",
  ],
  [
    "the same path twice",
    (platform) => {
      const group = groupIn(platform, "cache");
      platform.allow("web", group, 6379);
      platform.allow("web", group, 6379);
    },
    'allow("web", platform/additions/cache, 6379) is there twice; remove one of them',
  ],
  [
    "a group of the platform's own",
    (platform) => {
      const all = platform.scope.node.root.node.findAll();
      const own = all.find((each) => each instanceof SecurityGroup);
      if (own) platform.allow("web", own, 80);
    },
    "the security group must be one of additions.ts, created in scope; between services, calls",
  ],
  [
    "a name with the word that marks previews",
    ({ resourceName }) => {
      resourceName("cache", "pr");
    },
    'resourceName was given "pr"; a part of a name contains the word pr, which marks a preview',
  ],
  [
    "a name in capitals",
    ({ resourceName }) => {
      resourceName("Cache");
    },
    'resourceName was given "Cache"; a part of a name must be 1 to 24 lower-case letters',
  ],
])("%s is refused", (_, add, message) => {
  const found = problems((platform) => {
    add(platform);
    return {};
  });
  expect(found).toEqual([expect.stringContaining(message)]);
});

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

test("a service that is not in the catalogue does not compile", () => {
  const web = { environment: { A: "1" } };
  const known = defineAdditions(fixture, () => ({ web }));
  expect(known({} as PlatformParts)).toEqual({ web });
  // @ts-expect-error there is no such service
  defineAdditions(fixture, () => ({ wbe: web }));
  defineAdditions(fixture, ({ scope, vpcId, allow }) => {
    // @ts-expect-error there is no such service
    allow("wbe", new SecurityGroup(scope, "a", { vpcId }), 80);
    return {};
  });
  // @ts-expect-error a number is no text
  defineAdditions(fixture, () => ({ web: { environment: { A: 1 } } }));
});
