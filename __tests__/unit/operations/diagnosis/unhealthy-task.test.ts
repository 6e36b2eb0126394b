import type { Task } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { readUnhealthyTasks } from "../../../../operations/diagnosis/unhealthy-task";
import { createClients } from "../../../../operations/target/clients";
import { callsOf } from "../../../support/aws-calls";

const logConfiguration = {
  options: { "awslogs-group": "/ecs/platform/orders", "awslogs-stream-prefix": "task" },
};

/** A running task with an unhealthy container of each of these names, and a healthy one. */
const sick = (id: string, ...names: readonly string[]): Task => ({
  taskArn: `arn:task/platform-dev/${id}`,
  lastStatus: "RUNNING",
  healthStatus: "UNHEALTHY",
  containers: [
    { name: "ready", healthStatus: "UNKNOWN" },
    { name: "cache", healthStatus: "HEALTHY" },
    ...names.map((name) => ({ name, healthStatus: "UNHEALTHY" as const })),
  ],
});

async function read(...tasks: readonly Task[]) {
  const clients = createClients({ region: "us-east-1" });
  const calls = callsOf(clients, {
    DescribeTaskDefinition: () => ({
      taskDefinition: { containerDefinitions: [{ name: "health", logConfiguration }] },
    }),
    GetLogEvents: () => ({ events: [{ message: "healthy" }, { message: "answers 503\n" }] }),
  });
  const found = await readUnhealthyTasks(tasks, clients);
  return { found, calls };
}

test("an unhealthy task has the start of its ID, its failing containers and the probe's last words", async () => {
  const { found, calls } = await read(sick("1a2b3c4d5e6f", "otel", "health"));
  expect(found).toEqual([
    { id: "1a2b3c4d", containers: ["otel", "health"], health: "answers 503" },
  ]);
  expect(calls.at(-1)?.input).toMatchObject({ logStreamName: "task/health/1a2b3c4d5e6f" });
});

test("the probe is not asked about a task that fails another check", async () => {
  const { found, calls } = await read(sick("1", "orders"));
  expect(found).toEqual([{ id: "1", containers: ["orders"], health: undefined }]);
  expect(calls).toEqual([]);
});

test("the probes of two tasks are asked, as more are not shown", async () => {
  const { found } = await read(...["1", "2", "3"].map((id) => sick(id, "health")));
  expect(found.map(({ health }) => health)).toEqual(["answers 503", "answers 503", undefined]);
});

test("a healthy task is not listed", async () => {
  const { found } = await read({ ...sick("1"), healthStatus: "HEALTHY" });
  expect(found).toEqual([]);
});
