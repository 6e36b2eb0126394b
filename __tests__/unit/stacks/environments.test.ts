import { describe, expect, test } from "vitest";
import { fixture } from "../../support/services";
import { type Block, containers, synthesize } from "../../support/synth";

describe("the services of an environment", () => {
  const scaled = (name: string, stack: ReturnType<typeof synthesize>["platform"]) =>
    stack
      .resources("aws_appautoscaling_target")
      .filter(({ resource_id }) => String(resource_id).includes(`services_${name}_service`))
      .map(({ min_capacity, max_capacity }) => [min_capacity, max_capacity]);

  test("have the environment's number of tasks, unless it sets a service's own", () => {
    const { platform } = synthesize(
      fixture,
      {},
      {
        scaling: { min: 1, max: 2 },
        services: { web: { scaling: { min: 4, max: 20 } } },
      },
    );
    expect(scaled("web", platform)).toEqual([[4, 20]]);
    expect(scaled("orders", platform)).toEqual([[1, 2]]);
    expect(scaled("order-archive", platform)).toEqual([[1, 2]]);
  });

  test("have the environment's size in the probe and in the task", () => {
    const size = { cpu: 1024, memory: 4096 } as const;
    const { images, platform } = synthesize(fixture, {}, { services: { web: { size } } });
    const [task] = platform
      .resources("aws_ecs_task_definition")
      .filter(({ family }) => family === "platform-web-dev");
    expect(task).toMatchObject({ cpu: "1024", memory: "4096" });
    const [probe] = images
      .resources("docker_container")
      .filter(({ name }) => name === "platform-web-probe-use1-dev");
    expect(probe).toMatchObject({ memory: 4096 });
  });
});

test("a variable of the environment is in the probe and in the task, as it is written", () => {
  const settings = {
    services: { web: { environment: { LOG_LEVEL: "debug", HOME_OF: "${HOME}" } } },
  };
  const { images, platform } = synthesize(fixture, {}, settings);
  const [probe] = images
    .resources("docker_container")
    .filter(({ name }) => name === "platform-web-probe-use1-dev");
  // Terraform reads it as a template.
  expect(probe?.["env"]).toEqual(expect.arrayContaining(["LOG_LEVEL=debug", "HOME_OF=$${HOME}"]));
  const given = (name: string) => containers(platform).find((each) => each["name"] === name);
  expect(given("web")?.["environment"]).toEqual(
    expect.arrayContaining([
      { name: "LOG_LEVEL", value: "debug" },
      { name: "HOME_OF", value: "$${HOME}" },
    ]),
  );
  expect(JSON.stringify(given("orders"))).not.toContain("LOG_LEVEL");
});

describe("a preview", () => {
  const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "pr-login-0" });

  test("has one NAT gateway, one task of each service, and a database that pauses", () => {
    expect(platform.resources("aws_nat_gateway")).toHaveLength(1);
    const services = platform.resources("aws_ecs_service");
    expect(services.map(({ desired_count }) => desired_count)).toEqual([1, 1, 1]);
    expect(platform.resources("aws_rds_cluster")).toEqual([
      expect.objectContaining({
        serverlessv2_scaling_configuration: { min_capacity: 0, max_capacity: 1 },
      }),
    ]);
  });

  test("runs on Spot, which its cluster offers for as long as a service exists", () => {
    const [offer] = platform.resources("aws_ecs_cluster_capacity_providers");
    expect(offer).toMatchObject({ capacity_providers: ["FARGATE", "FARGATE_SPOT"] });
    expect(offer).not.toHaveProperty("default_capacity_provider_strategy");
    for (const service of platform.resources("aws_ecs_service")) {
      expect(service["capacity_provider_strategy"]).toEqual([
        { capacity_provider: "FARGATE_SPOT", weight: 1 },
      ]);
      expect(service).not.toHaveProperty("launch_type");
      expect(service["depends_on"]).toContainEqual(
        expect.stringContaining("aws_ecs_cluster_capacity_providers."),
      );
    }
  });

  test("has an expiry that no plan shows as a change", () => {
    const [aws] = platform.json["provider"]?.["aws"] as unknown as Block[];
    expect(aws?.["ignore_tags"]).toEqual([{ keys: ["ExpiresAt", "RestoredFrom"] }]);
    expect(JSON.stringify(platform.json["resource"])).not.toContain("ExpiresAt");
  });
});

test("an environment without settings has no capacity providers", () => {
  const { platform } = synthesize(fixture);
  expect(platform.resources("aws_ecs_cluster_capacity_providers")).toEqual([]);
  expect(JSON.stringify(platform.json)).not.toContain("capacity_provider");
});
