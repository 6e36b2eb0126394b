import { describe, expect, test } from "vitest";
import type { ServiceLimits } from "../../../spec/service/limits";
import { fixture } from "../../support/services";
import { containers, synthesize } from "../../support/synth";

/** What is deployed for the fixture's public service with such limits. */
function web(limits?: ServiceLimits) {
  const spec = { ...fixture.web, ...(limits && { limits }) };
  const { images, platform } = synthesize({ ...fixture, web: spec });
  const named = (blocks: ReturnType<typeof images.resources>, part: string) =>
    blocks.find(({ name }) => String(name).includes(part));
  return {
    probe: named(images.resources("docker_container"), "web-probe-use1"),
    asking: named(images.resources("docker_container"), "web-probe-health"),
    container: named(containers(platform), "web"),
    health: containers(platform).find(({ command }) =>
      JSON.stringify(command ?? "").includes(":8080/"),
    ),
    service: named(platform.resources("aws_ecs_service"), "-web-"),
    targetGroup: named(platform.resources("aws_lb_target_group"), "web"),
  };
}

const slow = web({ startSeconds: 105, stopSeconds: 45 });
const usual = web();

describe("a slow start is waited for", () => {
  test("on the build host, in the words of its engine", () => {
    expect(slow.asking).toMatchObject({
      wait_timeout: 105,
      // Any other word for the same time would replace the probe on every deployment.
      healthcheck: { start_period: "1m45s" },
    });
    expect(web({ startSeconds: 45 }).asking).toMatchObject({
      wait_timeout: 45,
      healthcheck: { start_period: "45s" },
    });
  });

  test("by ECS, which asks for its health only then, and gives up after three failures", () => {
    expect(slow.health).toMatchObject({
      healthCheck: { startPeriod: 105, retries: 3, interval: 5 },
      startTimeout: 120,
    });
  });

  test("by the load balancer, whose verdict does not count before", () => {
    expect(slow.service).toMatchObject({ health_check_grace_period_seconds: 105 });
  });

  test("and a service that must start faster is tried again on the build host", () => {
    const label = ({ probe }: ReturnType<typeof web>) => JSON.stringify(probe?.["labels"]);
    expect(label(slow)).not.toBe(label(usual));
  });
});

test("what is in flight after the drain may take as long as the service says", () => {
  expect(slow.container).toMatchObject({ stopTimeout: 75 + 45 });
  expect(slow.container?.["environment"]).toContainEqual({ name: "DRAIN_SECONDS", value: "75" });
  // The load balancer would cut off what a task of its own has longer for.
  expect(slow.targetGroup).toMatchObject({ deregistration_delay: "45" });
});

test("a deployment may take longer by what its tasks may", () => {
  // Two rounds of two tasks: 90 s for Fargate, the start, its health checks, the drain and the stop.
  expect(usual.service).toMatchObject({ timeouts: { create: "10m", update: "10m" } });
  expect(slow.service).toMatchObject({ timeouts: { create: "12m", update: "12m", delete: "12m" } });
});

test("without limits there is a minute to start and 15 seconds to stop", () => {
  expect(usual.asking).toMatchObject({ wait_timeout: 60, healthcheck: { start_period: "1m0s" } });
  expect(usual.health).toMatchObject({ healthCheck: { startPeriod: 60 }, startTimeout: 75 });
  expect(usual.container).toMatchObject({ stopTimeout: 90 });
  expect(usual.service).toMatchObject({ health_check_grace_period_seconds: 60 });
  expect(usual.targetGroup).toMatchObject({ deregistration_delay: "30" });
});
