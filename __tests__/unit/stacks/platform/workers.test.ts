import { describe, expect, test } from "vitest";
import type { Services } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";
import { containersOf, synthesize } from "../../../support/synth";

const size = { cpu: 256, memory: 512 } as const;
const exporter = { size, calls: ["orders"], limits: { stopSeconds: 90 } };
const services: Services = { ...fixture, exporter };

const { platform, images } = synthesize(services);
const own = containersOf("exporter", platform);
const named = (name: string) => (block: { name?: unknown }) => block.name === name;

describe("a worker", () => {
  test("has no port, no name to be called by and no place behind the load balancer", () => {
    const service = platform.resources("aws_ecs_service").find(named("platform-exporter-dev"));
    expect(service).toMatchObject({ desired_count: 2 });
    expect(service).not.toHaveProperty("load_balancer");
    expect(service).not.toHaveProperty("service_registries");
    expect(own[0]).toMatchObject({ name: "exporter", essential: true });
    expect(own[0]).not.toHaveProperty("portMappings");
    const names = platform.resources("aws_service_discovery_service").map(({ name }) => name);
    expect(names.sort()).toEqual(["order-archive", "orders", "web"]);
  });

  test("knows what it calls, and nothing of callers that it cannot have", () => {
    expect(own[0]?.["environment"]).toEqual([
      { name: "ORDERS_URL", value: "http://orders.platform-dev.internal:9000" },
      { name: "SERVICE_NAME", value: "exporter" },
    ]);
  });

  test("counts as running once it has run for ten seconds: its task ends with it before then", () => {
    expect(own.map(({ name, essential }) => [name, essential])).toEqual([
      ["exporter", true],
      ["health", true],
      ["ready", true],
    ]);
    expect(own[1]).toMatchObject({
      command: ["wait"],
      dependsOn: [{ containerName: "exporter", condition: "START" }],
      startTimeout: 45,
      healthCheck: { command: ["CMD", "/ready", "help"], interval: 10, startPeriod: 0 },
    });
    expect(own[2]).toMatchObject({
      dependsOn: [{ containerName: "health", condition: "HEALTHY" }],
    });
  });

  test("has the whole of its time to finish its work, because nobody calls it", () => {
    expect(own[0]).toMatchObject({ stopTimeout: 90 });
    const [plain] = containersOf("exporter", synthesize({ exporter: { size } }).platform);
    expect(plain).toMatchObject({ stopTimeout: 30 });
  });

  test("scales as a service does", () => {
    const targets = synthesize({ exporter: { size } }).platform.resources(
      "aws_appautoscaling_target",
    );
    expect(targets[0]).toMatchObject({ min_capacity: 2, max_capacity: 10 });
  });

  test("with a command that checks it is asked by that", () => {
    const health = { command: ["/alive"] } as const;
    const checked = containersOf("exporter", synthesize({ exporter: { size, health } }).platform);
    expect(checked).toMatchObject([
      { name: "exporter", healthCheck: { command: ["CMD", "/alive"] } },
      { name: "ready", dependsOn: [{ containerName: "exporter", condition: "HEALTHY" }] },
    ]);
  });
});

describe("before its image is pushed, a worker", () => {
  const probes = ["exporter-probe", "exporter-probe-health"].map((name) =>
    images
      .addressed("docker_container")
      .find(({ block }) => block["name"] === `platform-${name}-use1-dev`),
  );

  test("runs for ten seconds, watched by a container that ends with it", () => {
    const [probe, watch] = probes;
    expect(probe?.block).toMatchObject({ healthcheck: { test: ["NONE"] }, must_run: false });
    expect(watch?.block).toMatchObject({
      pid_mode: `container:\${${probe?.address ?? ""}.id}`,
      command: ["wait"],
      healthcheck: { test: ["CMD", "/ready", "help"], interval: "10s", start_period: "0s" },
      wait: true,
      wait_timeout: 30,
    });
    expect(watch?.block).not.toHaveProperty("network_mode");
  });
});
