import { ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import {
  type Container,
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
import { answer, awsError } from "../../../support/preflight";

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
  expect(newestFailure([failed, unhealthy])).toBe(failed);
  expect(newestFailure([{ ...unhealthy, stoppedAt: undefined }, failed])).toBe(failed);
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

test("of a service and its sidecar, the one that ended by itself is to blame, not what ECS stopped with it", () => {
  const sidecar = (exitCode: number, reason?: string): Container => {
    return { name: "otel", exitCode, ...(reason && { reason }) };
  };
  const service = (exitCode: number) => ({ name: "orders", exitCode });
  const blamed = (...containers: Container[]) => culpritOf({ containers })?.name;
  expect(blamed(sidecar(143), service(1))).toBe("orders");
  expect(blamed(sidecar(137), service(0))).toBe("orders");
  expect(blamed(sidecar(2), service(143))).toBe("otel");
  expect(blamed(sidecar(137, "OutOfMemoryError: killed"), service(143))).toBe("otel");
  expect(blamed({ name: "health", exitCode: 143 }, sidecar(143), service(137))).toBe("orders");
});

test("the service is to blame for its health, not the container that asked for it", () => {
  const ready = neverStarted("ready", "health(RUNNING->RUNNING)", "has timed out");
  const health = { name: "health", exitCode: 137 };
  const orders = { name: "orders", exitCode: 143 };
  expect(culpritOf({ containers: [orders, health, ready] })?.name).toBe("orders");
  expect(culpritOf({ containers: [{ name: "orders" }, health, ready] })?.name).toBe("orders");
});

const names = { cluster: "platform", serviceName: "orders" };
const LOGGED = {
  options: { "awslogs-group": "/ecs/platform/orders", "awslogs-stream-prefix": "task" },
};

/** Reads the failure of this task, with a log group or none, and with this answer of the log. */
async function read(task: Task, logConfiguration: object | undefined, said: object | Error) {
  const clients = createClients({ region: "us-east-1" });
  vi.spyOn(clients.ecs, "send").mockImplementation((command: unknown) => {
    if (command instanceof ListTasksCommand) {
      expect(command.input).toEqual({ ...names, desiredStatus: "STOPPED" });
      return { taskArns: ["arn"] };
    }
    if (command instanceof DescribeTasksCommand) return { tasks: [task] };
    expect(command).toBeInstanceOf(DescribeTaskDefinitionCommand);
    expect(command).toHaveProperty("input", { taskDefinition: task.taskDefinitionArn });
    const containerDefinitions = [
      { name: "database-setup" },
      { name: "migrate", logConfiguration },
      { name: "health", logConfiguration },
    ];
    return { taskDefinition: { containerDefinitions } };
  });
  const logs = answer(clients.logs, said);
  const stopped = await readStoppedTask(clients, names);
  return {
    stopped,
    requests: logs.mock.calls.map(([command]: { input?: unknown }[]) => command?.input),
  };
}

test("the last lines come from the log that the task definition sets for the container", async () => {
  const events = [{ message: "dividing\n" }, { message: "division by zero\n" }, {}];
  const { stopped, requests } = await read(failed, LOGGED, { events });
  expect(stopped).toEqual({
    id: "failed",
    taskDefinition: "orders:2",
    stoppedAt: at(5),
    reason: "Task failed to start",
    health: undefined,
    container: {
      name: "migrate",
      exitCode: 1,
      reason: undefined,
      log: ["dividing", "division by zero", ""],
    },
  });
  expect(requests).toEqual([
    {
      logGroupName: "/ecs/platform/orders",
      logStreamName: "task/migrate/failed",
      limit: 10,
    },
  ]);
});

test.each<[string, object, object | Error]>([
  ["has no log group", {}, {}],
  [
    "never ran and has no stream",
    LOGGED,
    new ResourceNotFoundException({ message: "", $metadata: {} }),
  ],
  ["said nothing", LOGGED, {}],
])("a container that %s has no last lines", async (_, logConfiguration, said) => {
  const { stopped } = await read(failed, logConfiguration, said);
  expect(stopped?.container.log).toEqual([]);
});

test("a log that may not be read is an error, not an empty log", async () => {
  const denied = awsError("AccessDeniedException", "not authorized");
  await expect(read(failed, LOGGED, denied)).rejects.toThrow("not authorized");
});

test("ECS's reason to give up on a waiting container is shown for the container it waited for", async () => {
  const late = neverStarted("orders", "migrate(RUNNING->RUNNING)", "has timed out");
  const containers = [{ name: "migrate", exitCode: 137 }, { name: "other", reason: "" }, late];
  const { stopped } = await read({ ...failed, containers }, {}, {});
  expect(stopped?.container).toMatchObject({ name: "migrate", reason: late.reason });
});

const GIVEN_UP = neverStarted("ready", "health(RUNNING->RUNNING)", "has timed out");

test.each<[string, string, Task["containers"]]>([
  ["fails its health check", "Task failed container health checks", []],
  ["is given up by what waits for it", "Task failed to start", [GIVEN_UP]],
])("a service that %s has said why to the container beside it", async (_, reason, more = []) => {
  const containers = [{ name: "orders", exitCode: 143 }, { name: "health" }, ...more];
  const unwell = { ...failed, stoppedReason: reason, containers };
  const events = [{ message: "nothing listens on port 80" }, { message: "GET / answers 500\n" }];
  const { stopped, requests } = await read(unwell, LOGGED, { events });
  expect(stopped).toMatchObject({ health: "GET / answers 500", container: { name: "orders" } });
  expect(requests).toEqual([
    { logGroupName: "/ecs/platform/orders", logStreamName: "task/health/failed", limit: 10 },
  ]);
});

test("a task that ended for another reason, or checks itself, has no such words", async () => {
  const beside = [
    { name: "orders", exitCode: 1 },
    { name: "health", exitCode: 137 },
  ];
  const exited = { ...failed, stoppedReason: "Essential container in task exited" };
  const events = [{ message: "healthy" }];
  const told = async (task: Task) => (await read(task, LOGGED, { events })).stopped?.health;
  expect(await told({ ...exited, containers: beside })).toBeUndefined();
  expect(await told({ ...unhealthy, containers: [{ name: "orders" }] })).toBeUndefined();
});

test("a failure of which ECS says little has its place taken by what it leaves out", async () => {
  const bare: Task = { stopCode: "EssentialContainerExited", containers: [{}] };
  const { stopped } = await read(bare, {}, {});
  expect(stopped).toMatchObject({
    id: "unknown",
    taskDefinition: "unknown",
    reason: "ECS reports no reason",
    container: { name: "?" },
  });
});

test("there is no failure without a failed task, or without its containers", async () => {
  expect((await read(replaced, LOGGED, {})).stopped).toBeUndefined();
  expect((await read({ ...failed, containers: [] }, LOGGED, {})).stopped).toBeUndefined();
});
