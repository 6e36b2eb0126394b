import { expect, test } from "vitest";
import { serviceUrls } from "../../../../operations/environments/service-urls";
import { readConfig } from "../../../../project";
import { fixture } from "../../../support/services";

const URL = "http://platform-dev-1.elb.amazonaws.com";

test("each service has its path at the load balancer, or its address for callers inside", () => {
  expect(serviceUrls(readConfig({}).config, fixture, URL)).toEqual([
    "web            http://platform-dev-1.elb.amazonaws.com/",
    "orders         http://orders.platform-dev.internal:9000 (private)",
    "order-archive  http://platform-dev-1.elb.amazonaws.com/archive",
  ]);
});

test("on the local AWS the paths are at the address that answers there", () => {
  const { config } = readConfig({ PLATFORM_REGISTRY: "http://127.0.0.1:4566" });
  expect(serviceUrls(config, { web: fixture.web }, URL)).toEqual([
    "web  http://127.0.0.1:4566/_alb/platform-dev/",
  ]);
});

test("a worker and a job have no URL, and the line says what they are", () => {
  const size = { cpu: 256, memory: 512 } as const;
  const nightly = { size, schedule: { cron: "30 2 * * ? *", timeZone: "Europe/Zurich" } };
  const hourly = { size, schedule: { everyMinutes: 60 } };
  expect(serviceUrls(readConfig({}).config, { exports: { size }, nightly, hourly }, URL)).toEqual([
    "exports  (a worker)",
    "nightly  (a job: 30 2 * * ? *, Europe/Zurich)",
    "hourly   (a job: every 60 min)",
  ]);
});
