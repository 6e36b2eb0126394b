import { listenerPriorities } from "../stacks/platform/listener-priorities";
import { fixture } from "./support/services";
import { type Block, containers, synthesize } from "./support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
const named = (blocks: Block[], name: string) =>
  blocks.filter((block) => String(block["name"]).includes(name));

describe("the network", () => {
  test("spans as many zones as configured, each with a public and a private subnet", () => {
    const { platform } = synthesize(fixture, { PLATFORM_AVAILABILITY_ZONES: "3" });
    const blocks = platform.resources("aws_subnet").map((subnet) => subnet["cidr_block"]);
    expect(blocks).toHaveLength(6);
    expect(new Set(blocks).size).toBe(6);
  });

  test("has a NAT gateway per zone, or one that all share", () => {
    expect(platform.resources("aws_nat_gateway")).toHaveLength(2);
    const shared = synthesize(fixture, { PLATFORM_NAT_GATEWAYS: "shared" }).platform;
    expect(shared.resources("aws_nat_gateway")).toHaveLength(1);
    expect(shared.resources("aws_route_table")).toHaveLength(3);
  });
});

describe("who reaches whom", () => {
  const rules = (type: string) =>
    platform
      .resources(type)
      .map((rule) => [rule["description"], rule["from_port"], rule["to_port"]].join(" "))
      .sort();

  test("the internet reaches the load balancer, and only it", () => {
    const open = platform
      .resources("aws_vpc_security_group_ingress_rule")
      .filter((rule) => "cidr_ipv4" in rule);
    expect(open).toEqual([
      expect.objectContaining({
        security_group_id: expect.stringContaining("aws_security_group.load-balancer"),
        from_port: 80,
      }),
    ]);
  });

  test("the catalogue opens every other way in, each on one port", () => {
    expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
      "HTTP from anywhere 80 80",
      "Load balancer to order-archive 9100 9100",
      "Load balancer to web 8080 8080",
      "orders to Aurora 5432 5432",
      "web to orders 9000 9000",
    ]);
  });

  test("a way out exists for each way in, and HTTPS for AWS's APIs", () => {
    expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
      ...Array<string>(3).fill("HTTPS to ECR, Secrets Manager and CloudWatch Logs 443 443"),
      "Load balancer to order-archive 9100 9100",
      "Load balancer to web 8080 8080",
      "orders to Aurora 5432 5432",
      "web to orders 9000 9000",
    ]);
  });

  test("a way in leads from the caller's group into the callee's, never back", () => {
    const [rule] = platform
      .resources("aws_vpc_security_group_ingress_rule")
      .filter(({ description }) => description === "web to orders");
    expect(rule).toMatchObject({
      security_group_id: expect.stringContaining("_services_orders_group"),
      referenced_security_group_id: expect.stringContaining("_services_web_group"),
    });
  });

  test("only public services have a listener rule, and no two share a priority", () => {
    const rules = platform.resources("aws_lb_listener_rule");
    expect(rules.map(({ condition }) => condition)).toEqual([
      [{ path_pattern: { values: ["/archive", "/archive/*"] } }],
      [{ path_pattern: { values: ["/*"] } }],
    ]);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(2);
  });

  test("every service has a name in the private zone", () => {
    expect(platform.resources("aws_service_discovery_private_dns_namespace")).toEqual([
      expect.objectContaining({ name: "platform-blue.internal" }),
    ]);
    const names = platform.resources("aws_service_discovery_service").map(({ name }) => name);
    expect(names.sort()).toEqual(["order-archive", "orders", "web"]);
  });
});

describe("listener priorities", () => {
  test("a deeper path comes before a shorter one", () => {
    const priorities = listenerPriorities(["/", "/shop", "/shop/orders"]);
    const [root, shop, orders] = ["/", "/shop", "/shop/orders"].map((p) => priorities.get(p) ?? 0);
    expect(orders).toBeLessThan(shop ?? 0);
    expect(shop).toBeLessThan(root ?? 0);
    expect(root).toBeLessThanOrEqual(50_000);
    expect(orders).toBeGreaterThanOrEqual(1);
  });

  test("a hundred paths have a hundred priorities, and one more moves none of them", () => {
    const paths = [...Array(100).keys()].map((index) => `/service-${index}`);
    const before = listenerPriorities(paths);
    expect(new Set(before.values()).size).toBe(100);
    const after = listenerPriorities([...paths, "/another"]);
    for (const path of paths) expect(after.get(path)).toBe(before.get(path));
  });
});

describe.each(Object.entries(fixture))("%s", (service, spec) => {
  const [task] = platform
    .resources("aws_ecs_task_definition")
    .filter(({ family }) => family === `platform-${service}-blue`);
  const [container] = containers(platform).filter(({ name }) => name === service);
  const [ecsService] = platform
    .resources("aws_ecs_service")
    .filter(({ name }) => name === `platform-${service}-blue`);

  test("runs on Fargate, in private subnets, without a public address", () => {
    expect(task).toMatchObject({ network_mode: "awsvpc", requires_compatibilities: ["FARGATE"] });
    expect(ecsService).toMatchObject({
      launch_type: "FARGATE",
      network_configuration: {
        assign_public_ip: false,
        subnets: [
          expect.stringContaining("aws_subnet.network_private-subnet-0"),
          expect.stringContaining("aws_subnet.network_private-subnet-1"),
        ],
      },
    });
  });

  test("has a container health check on its own port and path", () => {
    expect(container).toMatchObject({
      healthCheck: { command: ["CMD", "/probe", `http://127.0.0.1:${spec.port}/health`] },
      environment: expect.arrayContaining([{ name: "PORT", value: String(spec.port) }]),
    });
  });

  test("cannot write to its own image, and hears a SIGTERM from the first moment", () => {
    expect(container).toMatchObject({
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true },
    });
  });

  test("fails as a whole rather than run half new, and a rollback is a failure", () => {
    expect(ecsService).toMatchObject({
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
      wait_for_steady_state: true,
      timeouts: { create: "10m", update: "10m", delete: "10m" },
      lifecycle: {
        postcondition: [
          {
            condition: expect.stringMatching(
              /^\$\{\(self\.task_definition == aws_ecs_task_definition\.\S+\.arn\)\}$/,
            ),
          },
        ],
      },
    });
  });

  test("leaves the number of tasks to autoscaling", () => {
    expect(ecsService?.["lifecycle"]).toMatchObject({ ignore_changes: ["desired_count"] });
    const { min, max } = spec.scaling ?? { min: 2, max: 10 };
    const [target] = platform
      .resources("aws_appautoscaling_target")
      .filter(({ resource_id }) =>
        String(resource_id).includes(`aws_ecs_service.services_${service}_service`),
      );
    expect(target).toMatchObject({ min_capacity: min, max_capacity: max });
  });

  test("is not changed unless its image is in ECR", () => {
    expect(ecsService?.["depends_on"]).toContainEqual(
      expect.stringMatching(
        new RegExp(`^data\\.aws_ecr_image\\.services_${service}_task_pushed-image`),
      ),
    );
  });

  test("gets a login of its own only if it asked for a database, and never the master's", () => {
    const secret = `aws_secretsmanager_secret\\.services_${service}_task_\\S+\\.arn\\}`;
    const secrets = [
      expect.stringMatching(new RegExp(`${secret}:username::$`)),
      expect.stringMatching(new RegExp(`${secret}:password::$`)),
    ];
    const given = container?.["secrets"] as { valueFrom: string }[];
    expect(given.map(({ valueFrom }) => valueFrom)).toEqual(spec.database ? secrets : []);
  });
});

describe("a service with a database and a migration", () => {
  const orders = { ...fixture.orders, migrate: ["/migrate", "up"] as const };
  const { platform } = synthesize({ orders });
  const task = containers(platform);
  const [setup, migrate, service] = task;

  test("starts after its migration, which starts after the setup of its database", () => {
    expect(task.map(({ name }) => name)).toEqual(["database-setup", "migrate", "orders"]);
    expect(setup).not.toHaveProperty("dependsOn");
    expect(migrate).toMatchObject({
      dependsOn: [{ containerName: "database-setup", condition: "SUCCESS" }],
      essential: false,
      startTimeout: 120,
    });
    expect(service).toMatchObject({
      dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
      essential: true,
    });
  });

  test("migrates with the image that is about to serve", () => {
    expect(migrate).toMatchObject({ image: service?.["image"], command: ["/migrate", "up"] });
  });

  test("only the setup knows the master user", () => {
    expect(JSON.stringify(setup)).toContain("master_user_secret");
    expect(JSON.stringify([migrate, service])).not.toContain("master_user_secret");
  });

  test("has a password that is in no state: made and written while applying", () => {
    const [login] = platform.resources("aws_secretsmanager_secret_version");
    expect(login).toMatchObject({
      secret_string_wo:
        '{"username":"orders","password":"${ephemeral.aws_secretsmanager_random_password.orders-password.random_password}"}',
      secret_string_wo_version: 1,
    });
    expect(login).not.toHaveProperty("secret_string");
  });

  test("waits for the migration only if there is one", () => {
    const names = containers(synthesize({ orders: fixture.orders }).platform);
    expect(names.at(-1)).toMatchObject({
      dependsOn: [{ containerName: "database-setup", condition: "SUCCESS" }],
    });
  });
});

describe("what a service waits for", () => {
  test.each([
    ["its rule at the load balancer", "aws_lb_listener_rule"],
    ["the policy that lets ECS start its tasks", "aws_iam_role_policy"],
    ["its way out to AWS", "aws_vpc_security_group_egress_rule"],
    ["the routes through NAT", "aws_route"],
  ])("%s", (_, type) => {
    const [web] = platform
      .resources("aws_ecs_service")
      .filter(({ name }) => name === "platform-web-blue");
    expect(web?.["depends_on"]).toContainEqual(expect.stringMatching(new RegExp(`^${type}\\.`)));
  });

  test("the database that it asked for", () => {
    const [orders] = platform
      .resources("aws_ecs_service")
      .filter(({ name }) => name === "platform-orders-blue");
    expect(orders?.["depends_on"]).toEqual(
      expect.arrayContaining([
        expect.stringContaining("aws_rds_cluster_instance."),
        expect.stringContaining("aws_secretsmanager_secret_version."),
      ]),
    );
  });

  test("the load balancer itself waits for the internet gateway's route", () => {
    expect(platform.resources("aws_lb")[0]?.["depends_on"]).toEqual([
      expect.stringContaining("aws_route.network_internet-route"),
    ]);
  });
});

test("scaling keeps CPU at 70 % and memory at 80 %", () => {
  const targets = platform.resources("aws_appautoscaling_policy").map((policy) => {
    const settings = policy["target_tracking_scaling_policy_configuration"] as Block;
    const metric = settings["predefined_metric_specification"] as Block;
    return [metric["predefined_metric_type"], settings["target_value"]];
  });
  expect(targets).toHaveLength(6);
  expect(targets).toContainEqual(["ECSServiceAverageCPUUtilization", 70]);
  expect(targets).toContainEqual(["ECSServiceAverageMemoryUtilization", 80]);
  expect(new Set(targets.map((target) => target.join(" "))).size).toBe(2);
});

describe("permissions", () => {
  const statements = platform
    .dataSources("aws_iam_policy_document")
    .flatMap(({ statement }) => statement as { actions: string[]; resources?: string[] }[]);

  test("only the ECR login, which takes no resource, is granted on everything", () => {
    const wide = statements.filter(({ resources }) => resources?.includes("*"));
    for (const { actions } of wide) expect(actions).toEqual(["ecr:GetAuthorizationToken"]);
    expect(statements.flatMap(({ actions }) => actions).filter((a) => a.includes("*"))).toEqual([]);
  });

  test("the application's own role may do nothing", () => {
    const roles = platform.resources("aws_iam_role_policy").map(({ role }) => role);
    expect(roles).toHaveLength(3);
    for (const role of roles) expect(role).toContain("_roles_execution_");
  });
});

describe("everything", () => {
  test("is tagged by the provider with its project and environment", () => {
    const synthesis = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
    for (const stack of [synthesis.registry, synthesis.images, synthesis.platform]) {
      const [aws] = stack.json["provider"]?.["aws"] as unknown as Block[];
      expect(aws?.["default_tags"]).toEqual([
        { tags: { Project: "platform", Environment: "blue", ManagedBy: "terraform" } },
      ]);
    }
  });

  test("carries the environment in its name, so that two live side by side", () => {
    const green = synthesize(fixture, { PLATFORM_SUFFIX: "green" });
    const blue = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });
    for (const stack of ["registry", "images", "platform"] as const) {
      const names = (synthesis: typeof blue) => new Set(physicalNames(synthesis[stack].json));
      const shared = [...names(blue)].filter((name) => names(green).has(name));
      expect(names(blue).size).toBeGreaterThan(0);
      expect(shared).toEqual([]);
    }
  });

  test("has a log group that forgets after a week", () => {
    const groups = platform.resources("aws_cloudwatch_log_group");
    expect(groups).toHaveLength(4);
    for (const group of groups) expect(group["retention_in_days"]).toBe(7);
  });

  test("can be destroyed", () => {
    const text = JSON.stringify(platform.json);
    expect(text).not.toMatch(
      /"(deletion_protection|prevent_destroy|enable_deletion_protection)":true/,
    );
    expect(platform.resources("aws_rds_cluster")).toEqual([
      expect.objectContaining({ skip_final_snapshot: true }),
    ]);
  });
});

describe("the database", () => {
  test("is an encrypted Serverless v2 cluster whose password Secrets Manager keeps", () => {
    expect(platform.resources("aws_rds_cluster")).toEqual([
      expect.objectContaining({
        engine: "aurora-postgresql",
        storage_encrypted: true,
        manage_master_user_password: true,
        serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 4 },
      }),
    ]);
    expect(JSON.stringify(platform.json)).not.toContain("master_password");
  });

  test("takes the newest minor version when planned, and keeps it afterwards", () => {
    const [cluster] = platform.resources("aws_rds_cluster");
    expect(cluster?.["engine_version"]).toMatch(/aws_rds_engine_version\..+\.version_actual/);
    expect(cluster?.["lifecycle"]).toMatchObject({ ignore_changes: ["engine_version"] });
  });

  test("does not exist where no service asks for it", () => {
    const { platform } = synthesize({ "order-archive": fixture["order-archive"] });
    expect(platform.resources("aws_rds_cluster")).toEqual([]);
  });
});

test("the load balancer answers 404 itself, and drops malformed headers", () => {
  expect(named(platform.resources("aws_lb"), "platform-blue")).toEqual([
    expect.objectContaining({ drop_invalid_header_fields: true }),
  ]);
  expect(platform.resources("aws_lb_listener")[0]).toMatchObject({
    default_action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
  });
});

/** Names that are looked for inside something that carries the environment in its own name. */
const INNER_NAMES =
  /^(start-task|aurora-postgresql17|rds\.force_ssl|containerInsights|state|opt-in-status|web|orders|order-archive)$/;

/** All values of `name`, `identifier` and the like that are not references. */
function physicalNames(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(physicalNames);
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    typeof value === "string" && /^(name|family|.*identifier)$/.test(key)
      ? [value].filter((name) => !name.startsWith("${") && !INNER_NAMES.test(name))
      : physicalNames(value),
  );
}
