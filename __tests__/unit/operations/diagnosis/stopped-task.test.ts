import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { expect, test, vi } from "vitest";
import { createClients } from "../../../../operations/target/clients";
import {
  culpritOf,
  newestFailure,
  readStoppedTask,
} from "../../../../operations/diagnosis/stopped-task";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

const replaced: Task = {
  taskArn: "arn:task/replaced",
  stoppedReason: "Deployment completed",
  stoppedAt: at(9),
  containers: [{ name: "orders", exitCode: 0 }],
};
const failed: Task = {
  taskArn: "arn:task/failed",
  taskDefinitionArn: "orders:2",
  stopCode: "TaskFailedToStart",
  stoppedReason: "Task failed to start",
  stoppedAt: at(5),
  containers: [
    { name: "database-setup", exitCode: 0 },
    { name: "migrate", exitCode: 1 },
    { name: "orders" },
  ],
};
const unhealthy: Task = {
  taskArn: "arn:task/unhealthy",
  stoppedReason: "Task failed ELB health checks",
  stoppedAt: at(3),
  containers: [{ name: "orders", exitCode: 0 }],
};

test("the last failed task is shown, not a replaced one", () => {
  expect(newestFailure([unhealthy, failed, replaced])).toBe(failed);
  expect(newestFailure([unhealthy, replaced])).toBe(unhealthy);
  expect(newestFailure([replaced])).toBeUndefined();
});

test("a task that ECS replaces or scales in is not a failure, regardless of its exit code", () => {
  const killed = { ...replaced, containers: [{ name: "orders", exitCode: 137 }] };
  const surplus = { ...replaced, stoppedReason: "Service scaling down" };
  expect(newestFailure([killed, surplus])).toBeUndefined();
});

test("a task whose essential container exits by itself has failed, even with exit code 0", () => {
  const exited = { ...replaced, stopCode: "EssentialContainerExited" } as const;
  expect(newestFailure([exited])).toBe(exited);
});

test("the container that exited with an error is to blame, otherwise the service's container", () => {
  expect(culpritOf(failed)?.name).toBe("migrate");
  expect(culpritOf(unhealthy)?.name).toBe("orders");
  const ready = { name: "ready", exitCode: 1 };
  expect(culpritOf({ containers: [{ name: "orders" }, ready] })?.name).toBe("orders");
});

/** The ECS agent's message for a container that it has never started. */
const neverStarted = (name: string, dependency: string, end: string) => ({
  name,
  exitCode: 143,
  reason: `CannotStartContainerError: dependency graph: container ordering dependency [${dependency}] for target [${name}(NONE->RUNNING)] ${end}.`,
});

test("the container that others waited for is to blame, not the containers that never started", () => {
  const late = neverStarted("migrate", "database-setup(RUNNING->RUNNING)", "has timed out");
  const failed = neverStarted("orders", "migrate(STOPPED->RUNNING) - Exit: 143", "as dependency");
  const setup = { name: "database-setup", exitCode: 137 };
  for (const containers of [
    [failed, late, setup],
    [setup, late, failed],
  ]) {
    expect(culpritOf({ containers })?.name).toBe("database-setup");
  }
  const ready = neverStarted("ready", "orders(RUNNING->RUNNING)", "has timed out");
  const done = { name: "migrate", exitCode: 0 };
  expect(culpritOf({ containers: [ready, done, { name: "orders", exitCode: 143 }] })?.name).toBe(
    "orders",
  );
});

test("the last lines come from the log that the task definition sets for the container", async () => {
  const clients = createClients({ region: "us-east-1" });
  const options = { "awslogs-group": "/ecs/platform/orders", "awslogs-stream-prefix": "task" };
  vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    if (command instanceof ListTasksCommand) return { taskArns: [failed.taskArn] };
    if (command instanceof DescribeTasksCommand) return { tasks: [failed] };
    expect(command).toBeInstanceOf(DescribeTaskDefinitionCommand);
    return { taskDefinition: { containerDefinitions: [definition] } };
  });
  const definition = { name: "migrate", logConfiguration: { options } };
  const read = vi.spyOn(clients.logs, "send").mockImplementation(() => ({
    events: [{ message: "division by zero\n" }],
  }));

  const names = { cluster: "platform", serviceName: "orders" };
  expect(await readStoppedTask(clients, names)).toEqual({
    id: "failed",
    taskDefinition: "orders:2",
    stoppedAt: at(5),
    stopCode: "TaskFailedToStart",
    reason: "Task failed to start",
    container: { name: "migrate", exitCode: 1, reason: undefined, log: ["division by zero"] },
  });
  expect(read.mock.calls[0]?.[0].input).toMatchObject({
    logGroupName: "/ecs/platform/orders",
    logStreamName: "task/migrate/failed",
  });
});
