import { expect, test } from "vitest";
import {
  APPROVAL_HOURS,
  AURORA_MINUTES,
  CERTIFICATE_MINUTES,
  DRAIN_SECONDS,
  KEPT_IMAGES,
  LONGEST_DEPLOYMENT_MINUTES,
  PREPARATION_SECONDS,
  STACK_MINUTES,
  START_RANGE,
  START_SECONDS,
  STOP_RANGE,
  AFTER_DRAIN_SECONDS,
  deploymentMinutes,
  deregistrationSeconds,
  healthySeconds,
  killSeconds,
} from "../../../spec/limits";

/** The longest time that Fargate waits for a container, in seconds. */
const FARGATE_MAXIMUM = 120;

test("whatever a service's limits are, Fargate waits for its container as long as they say", () => {
  const ofStart = [START_RANGE.least, START_SECONDS, START_RANGE.most].map(healthySeconds);
  const ofStop = [STOP_RANGE.least, AFTER_DRAIN_SECONDS, STOP_RANGE.most].map(killSeconds);
  for (const seconds of [...ofStart, ...ofStop, PREPARATION_SECONDS]) {
    expect(seconds).toBeGreaterThanOrEqual(2);
    expect(seconds).toBeLessThanOrEqual(FARGATE_MAXIMUM);
  }
  // Nothing of what Fargate allows is kept from a service.
  expect(healthySeconds(START_RANGE.most)).toBe(FARGATE_MAXIMUM);
  expect(killSeconds(STOP_RANGE.most)).toBe(FARGATE_MAXIMUM);
});

test.each([STOP_RANGE.least, AFTER_DRAIN_SECONDS, STOP_RANGE.most])(
  "requests that take %i s are cut off neither by the load balancer nor by SIGKILL",
  (seconds) => {
    expect(deregistrationSeconds(seconds)).toBeGreaterThanOrEqual(seconds);
    expect(killSeconds(seconds) - DRAIN_SECONDS).toBe(seconds);
  },
);

test.each([
  [1, 3],
  [2, 2],
  [3, 1],
  [10, 1],
])(
  "with %i tasks the circuit breaker's three failures take %i rounds, and the limit covers them and the rollback",
  (tasks, rounds) => {
    // Fargate has 90 s to place a task, and ECS 60 s to roll back.
    const round = 90 + PREPARATION_SECONDS + (90 + 15) + (75 + 40);
    const limit = deploymentMinutes({
      tasks,
      preparations: 1,
      startSeconds: 90,
      killSeconds: 75 + 40,
    });
    expect(limit).toBe(Math.ceil((rounds * round + 60) / 60));
  },
);

test("the platform stack's limit covers the longest deployment", () => {
  expect(STACK_MINUTES.platform).toBeGreaterThan(LONGEST_DEPLOYMENT_MINUTES + 40);
});

test("a certificate that comes at the last moment leaves time for a whole deployment", () => {
  expect(CERTIFICATE_MINUTES + LONGEST_DEPLOYMENT_MINUTES).toBeLessThan(STACK_MINUTES.platform);
});

test("Aurora has twice the time that AWS needs, and the engine keeps what ECS rolls back to", () => {
  expect(AURORA_MINUTES).toBeGreaterThanOrEqual(20);
  expect(KEPT_IMAGES).toBeGreaterThanOrEqual(2);
});

test("an approved plan is applied within a day or not at all", () => {
  expect(APPROVAL_HOURS).toBeLessThanOrEqual(24);
});
