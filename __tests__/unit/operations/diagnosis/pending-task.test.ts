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

test.each([
  ["COMPLETE", { lastStatus: "RUNNING" }, "RUNNING, its health UNKNOWN"],
  ["COMPLETE", { lastStatus: "STOPPED", exitCode: 1 }, undefined],
  ["SUCCESS", { lastStatus: "STOPPED", exitCode: 1 }, "STOPPED with exit code 1"],
  ["HEALTHY", { lastStatus: "RUNNING", healthStatus: "HEALTHY" }, undefined],
  ["START", { lastStatus: "PENDING" }, "PENDING"],
  ["START", {}, undefined],
  ["START", { lastStatus: "RUNNING" }, undefined],
] as const)(
  "what waits for %s of a container in the state %j waits: %s",
  (condition, state, end) => {
    const waiting = { name: "orders", dependsOn: [{ containerName: "migrate", condition }] };
    const waits = waitsOf({ containers: [{ name: "migrate", ...state }] }, [waiting]);
    const line = `orders waits, without a limit, for migrate to be ${condition}; it is ${end}`;
    expect(waits).toEqual(end === undefined ? [] : [line]);
  },
);

test("a container that has started waits no longer, and one that ECS does not list is not named", () => {
  const [, orders = {}] = definitions;
  const started = { name: "orders", lastStatus: "RUNNING" };
  const migrate = { name: "migrate", lastStatus: "PENDING" };
  expect(waitsOf({ containers: [migrate, started] }, [orders])).toEqual([]);
  expect(waitsOf({}, [orders])).toEqual([]);
});

test("only tasks that are not running yet are read, and of many the first two", async () => {
  const { ecs } = createClients({ region: "us-east-1" });
  const containerDefinitions = definitions;
  const send = vi
    .spyOn(ecs, "send")
    .mockImplementation(() => ({ taskDefinition: { containerDefinitions } }));
  const containers = [{ name: "orders", lastStatus: "PENDING" }];
  const tasks = [
    { taskArn: "arn:task/a", lastStatus: "RUNNING" },
    {
      taskArn: "arn:task/b",
      lastStatus: "PROVISIONING",
      taskDefinitionArn: "orders:2",
      containers,
    },
    { lastStatus: "ACTIVATING" },
    { taskArn: "arn:task/d", lastStatus: "PENDING" },
  ];
  expect(await readPendingTasks(tasks, ecs)).toEqual([
    {
      id: "b",
      status: "PROVISIONING",
      createdAt: undefined,
      waits: ["ready waits, at most 75 s, for orders to be HEALTHY; it is PENDING"],
    },
    { id: "unknown", status: "ACTIVATING", createdAt: undefined, waits: [] },
  ]);
  expect(send.mock.calls[0]?.[0].input).toEqual({ taskDefinition: "orders:2" });
});

test("a task that does not say what it does, and a definition that is gone, wait for nothing", async () => {
  const { ecs } = createClients({ region: "us-east-1" });
  vi.spyOn(ecs, "send").mockImplementation(() => ({}));
  const pending = { taskArn: "arn:task/a", lastStatus: "PENDING", createdAt: new Date(0) };
  expect(await readPendingTasks([{}, pending], ecs)).toEqual([
    { id: "a", status: "PENDING", createdAt: new Date(0), waits: [] },
  ]);
});
