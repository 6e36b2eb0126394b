import { expect, test } from "vitest";
import {
  APPROVAL_HOURS,
  AURORA_MINUTES,
  CERTIFICATE_MINUTES,
  HEALTHY_SECONDS,
  KEPT_IMAGES,
  LONGEST_DEPLOYMENT_MINUTES,
  PREPARATION_SECONDS,
  STACK_MINUTES,
  STOP_SECONDS,
  deploymentMinutes,
} from "../../../spec/limits";

/** The longest time that Fargate waits for a container, in seconds. */
const FARGATE_MAXIMUM = 120;

test.each([HEALTHY_SECONDS, PREPARATION_SECONDS, STOP_SECONDS])(
  "%i s is within Fargate's limits",
  (seconds) => {
    expect(seconds).toBeGreaterThanOrEqual(2);
    expect(seconds).toBeLessThanOrEqual(FARGATE_MAXIMUM);
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
    const round = 90 + PREPARATION_SECONDS + HEALTHY_SECONDS + STOP_SECONDS;
    const limit = deploymentMinutes({ tasks, preparations: 1 });
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
