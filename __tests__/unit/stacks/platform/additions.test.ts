import { readFileSync } from "node:fs";
import path from "node:path";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { describe, expect, test } from "vitest";
import { additions as shipped } from "../../../../additions";
import { PROJECT_FOLDER } from "../../../../project";
import { services } from "../../../../services";
import { type PlatformParts, defineAdditions } from "../../../../stacks/platform/addition";
import { clashes } from "../../../../stacks/platform/addition-problems";
import { additions as example } from "../../../support/additions";
import { problems } from "../../../support/additions-refused";
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
