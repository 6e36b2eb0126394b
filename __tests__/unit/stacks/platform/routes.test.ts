import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Services } from "../../../../spec/service/spec";
import { AFTER_DRAIN_SECONDS } from "../../../../spec/limits";
import { listenerPriorities } from "../../../../spec/listener-priorities";
import { anyChange, cataloguesAfter, publicService } from "../../../support/catalogue-changes";
import { fixture } from "../../../support/services";
import { type Block, synthesize } from "../../../support/synth";
import { writeRoutes } from "../../../support/routes-stack";

const outdir = mkdtempSync(path.join(tmpdir(), "routes-"));
afterAll(() => {
  rmSync(outdir, { recursive: true });
});

const LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/a/1/2";
const rulesOf = (services: Services) =>
  writeRoutes(services, { outdir, listenerArn: LISTENER, vpcId: "vpc-1" }).rules;

/** The rules by address, each with the first path that it matches and its target. */
const summary = (rules: ReadonlyMap<string, Block>) =>
  Object.fromEntries(
    [...rules].map(([address, rule]) => {
      const target = /routes_([a-z-]+)_/.exec(JSON.stringify(rule["action"]))?.[1];
      return [address, `${/"(\/[^"]*)"/.exec(JSON.stringify(rule["condition"]))?.[1]} ${target}`];
    }),
  );

test("across all catalogue changes, each priority belongs to only one rule", () => {
  fc.assert(
    fc.property(fc.array(anyChange, { minLength: 2, maxLength: 12 }), (changes) => {
      const addresses = new Map<unknown, string>();
      for (const catalogue of cataloguesAfter(changes)) {
        for (const [address, { priority }] of rulesOf(catalogue)) {
          expect(addresses.get(priority) ?? address).toBe(address);
          addresses.set(priority, address);
        }
      }
      expect(new Set(addresses.values()).size).toBe(addresses.size);
    }),
    { numRuns: 15, seed: 12 },
  );
});

test("a renamed service's path keeps its rule, which then forwards to the new name", () => {
  const before = summary(rulesOf({ orders: publicService("/orders") }));
  const after = summary(rulesOf({ sales: publicService("/orders") }));
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(Object.values(before)).toEqual(["/orders orders"]);
  expect(Object.values(after)).toEqual(["/orders sales"]);
});

test("two services that swap paths swap the targets of their rules", () => {
  const one = publicService("/one");
  const two = publicService("/two");
  const before = rulesOf({ ants: one, bees: two });
  const after = rulesOf({ ants: two, bees: one });
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [address, { priority, condition }] of before) {
    expect(after.get(address)).toMatchObject({ priority, condition });
  }
  expect(Object.values(summary(after)).sort()).toEqual(["/one bees", "/two ants"]);
});

test("when the first of two paths with the same hash is removed, the second takes over its rule", () => {
  const [first = 0, second] = ["/p26", "/p89"].map((p) =>
    listenerPriorities(["/p26", "/p89"]).get(p),
  );
  expect(second).toBe(first + 1);
  const before = rulesOf({ ants: publicService("/p26"), bees: publicService("/p89") });
  const after = rulesOf({ bees: publicService("/p89") });
  expect(after.size).toBe(1);
  for (const [address, { priority }] of after)
    expect(before.get(address)).toMatchObject({ priority });
});

test("a target group stays until its rule forwards to another", () => {
  const { platform } = synthesize(fixture);
  for (const group of platform.resources("aws_lb_target_group")) {
    expect(group["lifecycle"]).toEqual({ create_before_destroy: true });
  }
});

const { platform } = synthesize(fixture);

test("a task gets requests only while its own health path answers 200, and none 20 s after that", () => {
  const groups = platform.resources("aws_lb_target_group");
  expect(groups).toHaveLength(2);
  for (const group of groups) {
    expect(group).toMatchObject({
      // ECS registers tasks by address, and they speak plain HTTP.
      target_type: "ip",
      protocol: "HTTP",
      health_check: { path: "/health", matcher: "200" },
    });
    const check = group["health_check"] as Record<string, number>;
    const { interval = 0, timeout = 0, healthy_threshold = 0, unhealthy_threshold = 0 } = check;
    expect(timeout).toBeLessThan(interval);
    expect(unhealthy_threshold).toBeGreaterThan(1);
    expect(interval * unhealthy_threshold).toBeLessThanOrEqual(20);
    // A deployment waits for it, task by task.
    expect(interval * healthy_threshold).toBeLessThanOrEqual(20);
  }
});

test("a task that stops finishes its requests, without delaying a deployment for minutes", () => {
  for (const group of platform.resources("aws_lb_target_group")) {
    const seconds = Number(group["deregistration_delay"]);
    // A service answers within 15 s or not at all.
    expect(seconds).toBeGreaterThanOrEqual(AFTER_DRAIN_SECONDS);
    expect(seconds).toBeLessThanOrEqual(60);
  }
});
