import { describe, expect, test } from "vitest";
import { refersTo } from "../../../../policy/stack";
import { START_SECONDS } from "../../../../spec/limits";
import { isRollbackOf } from "../../../../stacks/platform/rollback-message";
import { fixture } from "../../../support/services";
import { type Block, containers, plain, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

/** The containers of one service's task. */
function taskOf(service: string): Block[] {
  const [task] = platform
    .resources("aws_ecs_task_definition")
    .filter(({ family }) => family === `platform-${service}-blue`);
  return JSON.parse(String(task?.["container_definitions"])) as Block[];
}

/** Two failing rounds of two tasks, or three of one, and the rollback; longer with a database. */
const limits: Readonly<Record<string, string>> = {
  web: "10m",
  orders: "14m",
  "order-archive": "14m",
};

describe.each(Object.entries(fixture))("%s", (service, spec) => {
  const [task] = platform
    .resources("aws_ecs_task_definition")
    .filter(({ family }) => family === `platform-${service}-blue`);
  const [container] = containers(platform).filter(({ name }) => name === service);
  const health = taskOf(service).find(({ name }) => name === "health");
  const [ecsService] = platform
    .resources("aws_ecs_service")
    .filter(({ name }) => name === `platform-${service}-blue`);

  test("runs on Fargate, in private subnets, without a public address", () => {
    expect(task).toMatchObject({
      network_mode: "awsvpc",
      requires_compatibilities: ["FARGATE"],
      runtime_platform: { cpu_architecture: "X86_64", operating_system_family: "LINUX" },
    });
    expect(plain(ecsService)).toMatchObject({
      cluster: "${aws_ecs_cluster.cluster.arn}",
      launch_type: "FARGATE",
      network_configuration: {
        assign_public_ip: false,
        subnets: [
          "${aws_subnet.network_private-subnet-0.id}",
          "${aws_subnet.network_private-subnet-1.id}",
        ],
      },
    });
  });

  test("listens on its own port, where a container beside it asks for its path", () => {
    expect(health).toMatchObject({
      command: ["watch", `http://127.0.0.1:${spec.port}/health`],
      healthCheck: { command: ["CMD", "/ready", "check"] },
      dependsOn: [{ containerName: service, condition: "START" }],
      // ECS replaces a task only for the health of an essential container.
      essential: true,
    });
    // Its image needs nothing for it.
    expect(container).not.toHaveProperty("healthCheck");
    expect(container).toMatchObject({
      portMappings: [{ containerPort: spec.port, hostPort: spec.port, protocol: "tcp" }],
      environment: expect.arrayContaining([{ name: "PORT", value: String(spec.port) }]),
    });
  });

  test("counts as running once it is healthy, and times out if it never is", () => {
    const ready = taskOf(service).find(({ name }) => name === "ready");
    // ECS would stop waiting for an optional container, and the task would run unhealthy.
    expect(ready).toMatchObject({
      command: ["wait"],
      dependsOn: [{ containerName: "health", condition: "HEALTHY" }],
      essential: true,
    });
    // Without a limit on the container that it waits for, ECS would wait for hours.
    const check = health?.["healthCheck"] as Record<string, number>;
    const { startPeriod = 0, retries = 0, interval = 0 } = check;
    expect(health?.["startTimeout"]).toBe(startPeriod + retries * interval);
    expect(health?.["startTimeout"]).toBeLessThanOrEqual(120);
  });

  test("every container that others wait for to get somewhere has a start timeout", () => {
    const task = taskOf(service);
    const awaited = task
      .flatMap(({ dependsOn = [] }) => dependsOn as { containerName: string; condition: string }[])
      .filter(({ condition }) => condition !== "START");
    expect(awaited).not.toEqual([]);
    for (const { containerName } of awaited) {
      const limit = task.find(({ name }) => name === containerName)?.["startTimeout"];
      expect(limit).toBeGreaterThanOrEqual(2);
      expect(limit).toBeLessThanOrEqual(120);
    }
  });

  test("cannot write to its own images, and receives SIGTERM from its start", () => {
    for (const each of taskOf(service)) {
      expect(each).toMatchObject({
        readonlyRootFilesystem: true,
        linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      });
    }
  });

  test("writes the log of all its containers to a group of its own", () => {
    expect(platform.resources("aws_cloudwatch_log_group")).toContainEqual(
      expect.objectContaining({ name: `/ecs/platform-blue/${service}` }),
    );
    for (const { logConfiguration } of taskOf(service)) {
      expect(plain(logConfiguration)).toMatchObject({
        options: {
          "awslogs-group": `\${aws_cloudwatch_log_group.services_${service}_task_log.name}`,
          "awslogs-region": "us-east-1",
          // Fargate requires one.
          "awslogs-stream-prefix": "task",
        },
      });
    }
  });

  test("answers after SIGTERM for longer than callers cache its address, and is not killed earlier", () => {
    const { environment, stopTimeout } = container as unknown as {
      environment: { name: string; value: string }[];
      stopTimeout: number;
    };
    const drain = Number(environment.find(({ name }) => name === "DRAIN_SECONDS")?.value);
    const [record] = platform
      .resources("aws_service_discovery_service")
      .filter(({ name }) => name === service);
    expect(record).toMatchObject({ dns_config: { dns_records: [{ type: "A", ttl: 10 }] } });
    // Route 53 may return an address for 60 s after it is deregistered.
    expect(drain).toBeGreaterThan(60 + 10);
    expect(stopTimeout).toBeGreaterThanOrEqual(drain + 12);
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    expect(stopTimeout).toBeLessThanOrEqual(120);
  });

  test("fails as a whole instead of running partly updated, and a rollback counts as a failure", () => {
    expect(ecsService).toMatchObject({
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
      wait_for_steady_state: true,
      timeouts: { create: limits[service], update: limits[service], delete: limits[service] },
      lifecycle: {
        postcondition: [
          {
            condition: expect.stringMatching(
              /^\$\{\(self\.task_definition == aws_ecs_task_definition\.\S+\.arn\)\}$/,
            ),
            error_message: `${service} was rolled back: its new task definition never became healthy, and the previous one still serves. The stopped tasks of ECS service platform-${service}-blue show why.`,
          },
        ],
      },
    });
  });

  test("starts its new tasks beside the old ones, spread over the zones", () => {
    // With 100 % at least and at most, ECS could neither stop an old task nor start a new one.
    expect(ecsService).toMatchObject({
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      availability_zone_rebalancing: "ENABLED",
      platform_version: "LATEST",
    });
  });

  test("has tasks of its size, whose tags say whose they are", () => {
    const { cpu, memory } = spec.size;
    expect(task).toMatchObject({ cpu: String(cpu), memory: String(memory) });
    expect(ecsService).toMatchObject({ propagate_tags: "SERVICE", enable_ecs_managed_tags: true });
  });

  test("keeps its former revisions, to which ECS rolls back", () => {
    expect(task).toMatchObject({ skip_destroy: true });
  });

  test("runs with a role of its own, and not with the one by which ECS reads its secrets", () => {
    const [execution, own] = platform
      .addressed("aws_iam_role")
      .filter(({ address }) => address.includes(`services_${service}_`))
      .sort((a, b) => a.address.localeCompare(b.address));
    expect(execution?.block["description"]).toBe(`ECS starts ${service} with this role`);
    expect(task?.["execution_role_arn"]).toBe(`\${${execution?.address ?? ""}.arn}`);
    expect(own?.block["description"]).toBe(`${service} runs with this role`);
    expect(task?.["task_role_arn"]).toBe(`\${${own?.address ?? ""}.arn}`);
  });

  test("is found by its own name, under which only running tasks are listed", () => {
    const [name] = platform.addressed("aws_service_discovery_service").filter(({ block }) => {
      return block["name"] === service;
    });
    expect(ecsService?.["service_registries"]).toEqual({
      registry_arn: `\${${name?.address ?? ""}.arn}`,
    });
    expect(name?.block).toMatchObject({
      health_check_custom_config: { failure_threshold: 1 },
      dns_config: { routing_policy: "MULTIVALUE" },
      // Otherwise a task that is registered late would keep the environment from going.
      force_destroy: true,
    });
  });

  test("gets public requests on its own port, once it had the time to start", () => {
    if (!("path" in spec)) {
      expect(ecsService).not.toHaveProperty("load_balancer");
      return;
    }
    const [group] = platform
      .addressed("aws_lb_target_group")
      .filter(({ address }) => address.includes(`routes_${service}_`));
    expect(ecsService).toMatchObject({
      load_balancer: [
        {
          target_group_arn: `\${${group?.address ?? ""}.arn}`,
          container_name: service,
          container_port: spec.port,
        },
      ],
    });
    expect(ecsService?.["health_check_grace_period_seconds"]).toBeGreaterThanOrEqual(START_SECONDS);
  });

  test("leaves the number of tasks to autoscaling", () => {
    expect(ecsService?.["lifecycle"]).toMatchObject({ ignore_changes: ["desired_count"] });
    const { min, max } = spec.scaling ?? { min: 2, max: 10 };
    const [target] = platform
      .resources("aws_appautoscaling_target")
      .filter(({ resource_id }) =>
        String(resource_id).includes(`aws_ecs_service.services_${service}_service`),
      );
    expect(plain(target)).toMatchObject({
      service_namespace: "ecs",
      scalable_dimension: "ecs:service:DesiredCount",
      resource_id: `service/\${aws_ecs_cluster.cluster.name}/\${aws_ecs_service.services_${service}_service.name}`,
      min_capacity: min,
      max_capacity: max,
    });
  });

  test("keeps the CPU of its tasks at 70 % and their memory at 80 %", () => {
    const target = `aws_appautoscaling_target.services_${service}_autoscaling_target`;
    const policy = (name: string, metric: string, percent: number) => ({
      name: `platform-${service}-${name}-blue`,
      policy_type: "TargetTrackingScaling",
      service_namespace: `\${${target}.service_namespace}`,
      scalable_dimension: `\${${target}.scalable_dimension}`,
      resource_id: `\${${target}.resource_id}`,
      target_tracking_scaling_policy_configuration: {
        predefined_metric_specification: { predefined_metric_type: metric },
        target_value: percent,
        // A task more within a minute of load, and one less after five quiet minutes.
        scale_out_cooldown: 60,
        scale_in_cooldown: 300,
      },
    });
    const own = platform
      .addressed("aws_appautoscaling_policy")
      .filter(({ address }) => address.includes(`.services_${service}_`));
    expect(plain(own.map(({ block }) => block))).toMatchObject([
      policy("cpu", "ECSServiceAverageCPUUtilization", 70),
      policy("memory", "ECSServiceAverageMemoryUtilization", 80),
    ]);
  });

  test("is replaced together with its scaling, which an update does not change", () => {
    const own = ["aws_appautoscaling_target", "aws_appautoscaling_policy"].flatMap((type) =>
      platform.resources(type).filter((block) => JSON.stringify(block).includes(`_${service}_`)),
    );
    expect(own).toHaveLength(3);
    for (const block of own) {
      const { replace_triggered_by: triggers } = block["lifecycle"] as Block;
      expect(triggers).toEqual([
        // Only the id: a new image changes other attributes of the service.
        expect.stringMatching(
          new RegExp(`^aws_ecs_service\\.services_${service}_service_\\w+\\.id$`),
        ),
      ]);
    }
  });

  test("is changed only if every image of its task is in ECR", () => {
    const known = Object.entries(platform.json["data"]?.["aws_ecr_image"] ?? {})
      .filter(([id]) =>
        (ecsService?.["depends_on"] as string[]).includes(`data.aws_ecr_image.${id}`),
      )
      .map(([, { repository_name }]) => repository_name);
    const images = taskOf(service)
      .map(({ name }) => String(name))
      // It runs the image of `ready`.
      .filter((name) => name !== "health")
      .map((name) => `platform-blue/${name}`);
    expect(known.sort()).toEqual(images.sort());
  });

  test("gets its own login only if it asks for a database, and never the master login", () => {
    const secret = `aws_secretsmanager_secret\\.database_services_${service}_secret_\\S+\\.arn\\}`;
    const version = `\\$\\{aws_secretsmanager_secret_version\\.database_services_${service}_login_\\S+\\.version_id\\}`;
    const secrets = ["username", "password"].map((key): unknown =>
      expect.stringMatching(new RegExp(`${secret}:${key}::${version}$`)),
    );
    const given = container?.["secrets"] as { valueFrom: string }[];
    expect(given.map(({ valueFrom }) => valueFrom)).toEqual(spec.database ? secrets : []);
  });
});

describe("dependencies", () => {
  /** What must exist before a service starts, and outlive it. */
  const needed = (service: string) => {
    const [block] = platform
      .resources("aws_ecs_service")
      .filter(({ name }) => String(name).startsWith(`platform-${service}-`));
    // cdktf writes a list of addresses.
    return (plain(block?.["depends_on"]) as string[]).sort();
  };
  const ofEach = (service: string) => [
    `aws_iam_role_policy.services_${service}_task_roles_execution-policy`,
    "aws_route.network_nat-route-0",
    "aws_route.network_nat-route-1",
    "aws_route_table_association.network_private-association-0",
    "aws_route_table_association.network_private-association-1",
    `aws_vpc_security_group_egress_rule.security-groups_services_${service}_https-out`,
    `data.aws_ecr_image.services_${service}_task_pushed-image`,
    `data.aws_ecr_image.services_${service}_task_pushed-ready`,
  ];

  test("a service waits for its images, for the right and the way to pull them, and for its listener rule", () => {
    const rule = "aws_lb_listener_rule.load-balancer_rules_42179";
    expect(needed("web")).toEqual([...ofEach("web"), rule].sort());
  });

  test("a service waits for the database that it asks for, and for its login", () => {
    const database = [
      "aws_rds_cluster_instance.database_writer",
      "aws_secretsmanager_secret_version.database_services_orders_login",
      "data.aws_ecr_image.database_services_orders_pushed-setup",
    ];
    expect(needed("orders")).toEqual([...ofEach("orders"), ...database].sort());
  });

  test("on Spot a service waits for the cluster's capacity, which must outlive it", () => {
    const { platform } = synthesize(fixture, {}, { capacity: "spot" });
    const [cluster] = platform.addressed("aws_ecs_cluster");
    const [capacity] = platform.addressed("aws_ecs_cluster_capacity_providers");
    expect(capacity?.block).toMatchObject({
      capacity_providers: ["FARGATE", "FARGATE_SPOT"],
      // AWS deletes it with the cluster.
      lifecycle: { replace_triggered_by: [`${cluster?.address ?? ""}.id`] },
    });
    expect(refersTo(capacity?.block["cluster_name"], { address: cluster?.address ?? "" })).toBe(
      true,
    );
    for (const service of platform.resources("aws_ecs_service")) {
      expect(service).toMatchObject({
        capacity_provider_strategy: [{ capacity_provider: "FARGATE_SPOT" }],
        depends_on: expect.arrayContaining([capacity?.address]),
      });
      expect(service).not.toHaveProperty("launch_type");
    }
  });

  test("the load balancer waits for the internet gateway's route", () => {
    expect(platform.resources("aws_lb")[0]?.["depends_on"]).toEqual([
      expect.stringContaining("aws_route.network_internet-route"),
    ]);
  });
});

test("a rollback is told from a failure of another service", () => {
  const [web] = platform
    .resources("aws_ecs_service")
    .filter(({ name }) => name === "platform-web-blue");
  const message = JSON.stringify(web?.["lifecycle"]);
  expect(isRollbackOf("web", message)).toBe(true);
  expect(isRollbackOf("orders", message)).toBe(false);
});
