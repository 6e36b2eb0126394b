import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { expect, test, vi } from "vitest";
import {
  addressesOf,
  digestsOf,
  readTasks,
  runningContainers,
  unhealthy,
} from "../../../../operations/diagnosis/tasks";
import { createClients } from "../../../../operations/target/clients";

const names = { cluster: "platform-dev", serviceName: "platform-orders-dev" };

/** An ECS that lists these tasks, and the requests it gets. */
function account(taskArns?: string[]) {
  const { ecs } = createClients({ region: "us-east-1" });
  const requests: unknown[] = [];
  vi.spyOn(ecs, "send").mockImplementation((command: unknown) => {
    if (command instanceof ListTasksCommand) {
      requests.push(command.input);
      return { taskArns };
    }
    expect(command).toBeInstanceOf(DescribeTasksCommand);
    requests.push((command as DescribeTasksCommand).input);
    return { tasks: [{ taskArn: "a" }] };
  });
  return { ecs, requests };
}

test("the tasks of one service with one desired status are listed, then described", async () => {
  const { ecs, requests } = account(["a"]);
  expect(await readTasks(ecs, names, "STOPPED")).toEqual([{ taskArn: "a" }]);
  expect(requests).toEqual([
    { ...names, desiredStatus: "STOPPED" },
    { cluster: "platform-dev", tasks: ["a"] },
  ]);
});

test.each([[[]], [undefined]])("no task is described if ECS lists none: %j", async (taskArns) => {
  // ECS refuses to describe an empty list.
  const { ecs, requests } = account(taskArns);
  expect(await readTasks(ecs, names, "RUNNING")).toEqual([]);
  expect(requests).toHaveLength(1);
});

const task = (lastStatus: string, address: string): Task => ({
  lastStatus,
  attachments: [
    {
      details: [
        { name: "networkInterfaceId", value: "eni-1" },
        { name: "privateIPv4Address", value: address },
        { name: "privateIPv4Address" },
      ],
    },
    {},
  ],
  containers: [
    { name: "ready", imageDigest: "sha256:ready" },
    { name: "orders", imageDigest: `sha256:${address}` },
  ],
});
const tasks = [task("RUNNING", "10.0.0.1"), task("PENDING", "10.0.0.2"), { lastStatus: "RUNNING" }];

test("only a running task has an address, and only its own containers run", () => {
  expect(addressesOf(tasks)).toEqual(["10.0.0.1"]);
  expect(runningContainers(tasks, "orders")).toEqual([
    { name: "orders", imageDigest: "sha256:10.0.0.1" },
  ]);
});

test("containers of one image have one digest, and those that ECS names no digest of an unknown one", () => {
  const old = { imageDigest: "sha256:old" };
  expect(digestsOf([old, old, {}])).toEqual(["sha256:old", "unknown"]);
});

test("an unhealthy task is one that runs, not one that is still starting or has no result yet", () => {
  const sick = { lastStatus: "RUNNING", healthStatus: "UNHEALTHY" } as const;
  const others = [
    { ...sick, lastStatus: "PENDING" },
    { ...sick, healthStatus: "UNKNOWN" },
    { ...sick, healthStatus: "HEALTHY" },
  ] as const;
  expect(unhealthy([...others, sick])).toEqual([sick]);
});
