import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import {
  type Wanted,
  chooseContainer,
  requireAgent,
} from "../../../../operations/exec/entered-container";

const ID = { old: "0a".repeat(16), young: "0b".repeat(16) };
const ANY: Wanted = { service: "web", suffix: "dev", container: "web", task: undefined };

const taskOf = (id: string, hour: number, more: Task = {}): Task => ({
  taskArn: `arn:aws:ecs:us-east-1:123456789012:task/platform-dev/${id}`,
  lastStatus: "RUNNING",
  taskDefinitionArn: "web:7",
  healthStatus: "HEALTHY",
  enableExecuteCommand: true,
  startedAt: new Date(Date.UTC(2026, 11, 1, hour)),
  containers: [
    { name: "otel", runtimeId: `${id}-1` },
    {
      name: "web",
      runtimeId: `${id}-2`,
      managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: "RUNNING" }],
    },
  ],
  ...more,
});
const withAgent = (lastStatus: string, reason?: string) =>
  taskOf(ID.old, 1, {
    containers: [
      {
        name: "web",
        runtimeId: "1",
        managedAgents: [{ name: "ExecuteCommandAgent", lastStatus, reason }],
      },
    ],
  });

describe("the container is", () => {
  test("of the newest task that is healthy", () => {
    const tasks = [taskOf(ID.old, 1), taskOf(ID.young, 2)];
    expect(chooseContainer(tasks, ANY)).toEqual({
      task: ID.young,
      shown: "0b0b0b0b",
      runtimeId: `${ID.young}-2`,
      running: 2,
      revision: "web:7",
      agent: { name: "ExecuteCommandAgent", lastStatus: "RUNNING" },
    });
    const sick = taskOf(ID.young, 2, { healthStatus: "UNHEALTHY" });
    expect(chooseContainer([sick, taskOf(ID.old, 1)], ANY).task).toBe(ID.old);
  });

  test("of the newest that runs, where none is healthy: it may be the one to look at", () => {
    const sick = [1, 2].map((hour) =>
      taskOf(hour === 1 ? ID.old : ID.young, hour, { healthStatus: "UNHEALTHY" }),
    );
    expect(chooseContainer(sick, ANY).task).toBe(ID.young);
  });

  test("of no task that starts or stops", () => {
    const starting = taskOf(ID.young, 2, { lastStatus: "PENDING" });
    expect(chooseContainer([starting, taskOf(ID.old, 1)], ANY)).toMatchObject({
      task: ID.old,
      running: 1,
    });
  });

  test("of the task whose ID begins as asked for", () => {
    const tasks = [taskOf(ID.old, 1), taskOf(ID.young, 2)];
    expect(chooseContainer(tasks, { ...ANY, task: "0a0a" }).task).toBe(ID.old);
    const ends = taskOf("ff".repeat(12) + "0a".repeat(4), 3);
    expect(chooseContainer([ends, ...tasks], { ...ANY, task: "0a0a" }).task).toBe(ID.old);
  });

  test("the sidecar that was asked for", () => {
    const chosen = chooseContainer([taskOf(ID.old, 1)], { ...ANY, container: "otel" });
    expect(chosen.runtimeId).toBe(`${ID.old}-1`);
  });

  test("one in which other agents of ECS may run, too", () => {
    const agents = [
      { name: "GuardDutyAgent", lastStatus: "STOPPED" },
      { name: "ExecuteCommandAgent", lastStatus: "RUNNING" },
    ] as const;
    const containers = [{ name: "web", runtimeId: "1", managedAgents: [...agents] }];
    // AWS adds agents that its SDK does not know yet.
    const task = taskOf(ID.old, 1, { containers } as unknown as Task);
    expect(chooseContainer([task], ANY).agent).toEqual(agents[1]);
    const bare = taskOf(ID.old, 1, { containers: [{ name: "web", runtimeId: "1" }] });
    expect(chooseContainer([bare], ANY).agent).toBeUndefined();
  });

  test("one whose agent starts: it may run in a moment", () => {
    const chosen = chooseContainer([withAgent("PENDING")], ANY);
    expect(() => {
      requireAgent(chosen, ANY);
    }).not.toThrow();
  });
});

describe("it is refused", () => {
  test.each<[string, readonly Task[], Partial<Wanted>, string, string]>([
    ["without a task", [], {}, "No task of web runs in dev", "npx platform diagnose dev web"],
    [
      "for a task that does not run",
      [taskOf(ID.old, 1), taskOf(ID.young, 2)],
      { task: "ff" },
      'no running task whose ID begins with "ff"',
      `Running are ${ID.young}, ${ID.old}.`,
    ],
    [
      "for a task from before the environment had exec",
      [taskOf(ID.old, 1, { enableExecuteCommand: false })],
      {},
      "Task 0a0a0a0a of web started before dev had exec",
      "npx platform deploy dev",
    ],
    [
      "for a container that the task does not have",
      [taskOf(ID.old, 1)],
      { container: "proxy" },
      "Task 0a0a0a0a of web has no running container proxy",
      "npx platform status dev",
    ],
    [
      "for a container whose agent has stopped",
      [withAgent("STOPPED", "it crashed")],
      {},
      "The agent of ECS Exec has stopped in the container web of task 0a0a0a0a: it crashed.",
      "npx platform restart dev web",
    ],
  ])("%s", (_, tasks, wanted, message, fix) => {
    const choose = () => {
      requireAgent(chooseContainer(tasks, { ...ANY, ...wanted }), ANY);
    };
    expect(choose).toThrow(expect.objectContaining({ name: "Refusal" }));
    expect(choose).toThrow(message);
    expect(choose).toThrow(expect.objectContaining({ fix: expect.stringContaining(fix) }));
  });
});
