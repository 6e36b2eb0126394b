import type { Task } from "@aws-sdk/client-ecs";
import { expect, test, vi } from "vitest";
import { readPendingTasks, waitsOf } from "../../../../operations/diagnosis/pending-task";
import { createClients } from "../../../../operations/target/clients";

const definitions = [
  { name: "migrate", startTimeout: 120 },
  { name: "orders", startTimeout: 75, dependsOn: [needs("migrate", "SUCCESS")] },
  { name: "ready", dependsOn: [needs("orders", "HEALTHY")] },
];

function needs(containerName: string, condition: "SUCCESS" | "HEALTHY") {
  return { containerName, condition };
}

test("each container that has not started names the container it waits for, and the limit", () => {
  const containers = [
    { name: "migrate", lastStatus: "RUNNING" },
    { name: "orders", lastStatus: "PENDING" },
    { name: "ready", lastStatus: "PENDING" },
  ];
  expect(waitsOf({ containers }, definitions)).toEqual([
    "orders waits, at most 120 s, for migrate to be SUCCESS; it is RUNNING, its health UNKNOWN",
    "ready waits, at most 75 s, for orders to be HEALTHY; it is PENDING",
  ]);
});

test("a dependency that has met its condition is not named", () => {
  const task: Task = {
    containers: [
      { name: "migrate", lastStatus: "STOPPED", exitCode: 0 },
      { name: "orders", lastStatus: "RUNNING", healthStatus: "UNHEALTHY" },
      { name: "ready", lastStatus: "PENDING" },
    ],
  };
  expect(waitsOf(task, definitions)).toEqual([
    "ready waits, at most 75 s, for orders to be HEALTHY; it is RUNNING, its health UNHEALTHY",
  ]);
});

test("without a start timeout the wait has no limit, and the line says so", () => {
  const [, , ready] = definitions;
  const containers = [{ name: "orders", lastStatus: "RUNNING" }];
  expect(waitsOf({ containers }, [{ name: "orders" }, ready ?? {}])).toEqual([
    expect.stringMatching(/^ready waits, without a limit, for orders to be HEALTHY/),
  ]);
});

test("only tasks that are not running yet are read", async () => {
  const { ecs } = createClients({ region: "us-east-1" });
  vi.spyOn(ecs, "send").mockImplementation(() => ({ taskDefinition: {} }));
  const tasks = [
    { taskArn: "arn:task/a", lastStatus: "RUNNING" },
    { taskArn: "arn:task/b", lastStatus: "PROVISIONING" },
  ];
  expect(await readPendingTasks(tasks, ecs)).toEqual([
    { id: "b", status: "PROVISIONING", createdAt: undefined, waits: [] },
  ]);
});
