import { describe, expect, test } from "vitest";
import { SECRET_STAND_IN } from "../../../../spec/service/secrets";

import type { Services, Sidecar } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { containersOf, synthesize } from "../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const otel: Sidecar = {
  folder: "sidecars/otel",
  environment: { ENDPOINT: "https://traces.example.com" },
  secrets: ["TOKEN"],
  health: { command: ["/otel", "check"] },
  files: { tmpMiB: 16 },
  limits: { startSeconds: 20, stopSeconds: 40 },
};
const withSidecars = (sidecars: Readonly<Record<string, Sidecar>>): Services => ({
  ...fixture,
  orders: { ...fixture.orders, migrate: ["migrate"], sidecars },
});
const services = withSidecars({ otel, proxy: { folder: "sidecars/proxy" } });
const { registry, images, platform } = synthesize(services);
const containers = containersOf("orders", platform);
const named = (name: string) => containers.find((each) => each["name"] === name);
const texts = (stack: typeof platform, type: string) => JSON.stringify(stack.resources(type));

describe("a sidecar", () => {
  test("runs in each task of its service, from an image of its own by digest", () => {
    expect(containers.map(({ name }) => name)).toEqual([
      ...["otel", "proxy", "database-setup", "migrate", "orders", "health", "ready"],
    ]);
    expect(named("otel")).toMatchObject({
      essential: true,
      image: expect.stringContaining("images_orders_otel_reference_"),
      readonlyRootFilesystem: true,
      linuxParameters: {
        capabilities: { drop: ["ALL"] },
        tmpfs: [{ containerPath: "/tmp", size: 16 }],
      },
      stopTimeout: 40,
    });
    expect(containersOf("web", platform).map(({ name }) => name)).toEqual([
      "web",
      "health",
      "ready",
    ]);
  });

  test("is healthy before all others start, and ends after them", () => {
    // Only whoever waits first may wait for its health: ECS counts from the sidecar's start.
    expect(named("database-setup")).toMatchObject({
      dependsOn: [
        { containerName: "otel", condition: "HEALTHY" },
        { containerName: "proxy", condition: "START" },
      ],
    });
    expect(named("orders")).toMatchObject({
      dependsOn: [
        { containerName: "migrate", condition: "SUCCESS" },
        { containerName: "otel", condition: "START" },
        { containerName: "proxy", condition: "START" },
      ],
    });
    expect(named("otel")).toMatchObject({
      startTimeout: 35,
      healthCheck: { command: ["CMD", "/otel", "check"], startPeriod: 20 },
    });
    expect(named("proxy")).not.toHaveProperty("healthCheck");
    expect(named("proxy")).toMatchObject({ stopTimeout: 30 });
  });

  test("is healthy before a service without a database starts", () => {
    const web = { ...fixture.web, sidecars: { otel } };
    const [, own] = containersOf("web", synthesize({ ...fixture, web }).platform);
    expect(own).toMatchObject({ dependsOn: [{ containerName: "otel", condition: "HEALTHY" }] });
  });

  test("has its own variables and secrets, and none of the service's", () => {
    expect(named("otel")).toMatchObject({
      environment: [
        { name: "ENDPOINT", value: "https://traces.example.com" },
        { name: "SERVICE_NAME", value: "orders" },
      ],
      secrets: [{ name: "TOKEN", valueFrom: "/platform-dev/orders/TOKEN" }],
    });
    expect(JSON.stringify(named("orders"))).not.toContain("TOKEN");
    expect(JSON.stringify(named("proxy"))).not.toContain("TOKEN");
  });

  test("is started with the role of its service's tasks, which reads its image, secrets and log", () => {
    const [document] = platform
      .dataSources("aws_iam_policy_document")
      .filter((block) => JSON.stringify(block["//"]).includes("orders/task/roles/execution-perm"));
    const text = JSON.stringify(document);
    expect(text).toMatch(
      /images_orders_repository_\w+\.arn\}_\*"|images_orders_repository_\w+arn\}_\*"/,
    );
    expect(text).toMatch(/services_orders_task_log_\w+\.arn\}_\*"/);
    expect(text).toContain("parameter/platform-dev/orders/*");
  });

  test("that leaves the catalogue takes no right and no log from the tasks that still have it", () => {
    const rights = (catalogue: Services) =>
      JSON.stringify(
        synthesize(catalogue)
          .platform.dataSources("aws_iam_policy_document")
          .filter((block) => JSON.stringify(block["//"]).includes("web/task/roles/execution-perm")),
      );
    const web = { ...fixture.web, sidecars: { proxy: { folder: "sidecars/proxy" } } };
    expect(rights(fixture)).toBe(rights({ ...fixture, web }));
    const [log] = platform
      .addressed("aws_cloudwatch_log_group")
      .filter(({ address }) => address.includes("orders_task_log-otel_"));
    expect(log?.block["lifecycle"]).toEqual({ create_before_destroy: true });
  });

  test("has a repository and a log of its own, by which registry knows that it is in use", () => {
    expect(texts(registry, "aws_ecr_repository")).toContain('"platform-dev/orders_otel"');
    expect(texts(platform, "aws_cloudwatch_log_group")).toContain(
      '"/ecs/platform-dev/orders_otel"',
    );
    expect(JSON.stringify(registry.json["output"])).toContain("/ecs/platform-dev/orders_otel");
    expect(named("otel")).toMatchObject({
      logConfiguration: {
        options: { "awslogs-group": expect.stringContaining("services_orders_task_log-otel_") },
      },
    });
  });

  test("fails the plan if its image is missing from ECR, before the service changes", () => {
    const [service] = platform
      .addressed("aws_ecs_service")
      .filter(({ block }) => block["name"] === "platform-orders-dev");
    expect(service?.block["depends_on"]).toContainEqual(
      expect.stringMatching(/^data\.aws_ecr_image\.services_orders_task_pushed-otel_/),
    );
  });

  test("has its time to start and to stop in its service's limit", () => {
    const minutes = (catalogue: Services): number => {
      const [service] = synthesize(catalogue)
        .platform.resources("aws_ecs_service")
        .filter(({ name }) => name === "platform-orders-dev");
      const { create } = service?.["timeouts"] as { create: string };
      return parseInt(create);
    };
    const slow = { ...otel, limits: { startSeconds: 105, stopSeconds: 120 } };
    // Two rounds of tasks, each with 120 s more to start and to stop.
    expect(minutes(withSidecars({ slow })) - minutes(withSidecars({}))).toBe(8);
  });
});

describe("its image", () => {
  const probe = (name: string) =>
    images.resources("docker_container").find((block) => block["name"] === name);

  test("is probed alone with its settings and its task's memory, until its command succeeds", () => {
    expect(probe("platform-orders_otel-probe-use1-dev")).toMatchObject({
      env: [
        ...["ENDPOINT=https://traces.example.com", "SERVICE_NAME=orders"],
        `TOKEN=${SECRET_STAND_IN}`,
      ],
      healthcheck: { test: ["CMD", "/otel", "check"] },
      wait: true,
      wait_timeout: 20,
      memory: size.memory,
      read_only: true,
    });
  });

  test("has to run for ten seconds if it has no command", () => {
    expect(probe("platform-orders_proxy-probe-health-use1-dev")).toMatchObject({
      command: ["wait"],
      healthcheck: { interval: "10s" },
    });
  });

  test("is pushed only after its probe", () => {
    const [pushed] = images
      .addressed("docker_registry_image")
      .filter(({ address }) => address.includes("images_orders_otel_"));
    expect(pushed?.block["depends_on"]).toEqual([
      expect.stringMatching(/^docker_container\.images_orders_otel_probe_/),
    ]);
  });
});
