import { ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { Refusal } from "../../../../operations/terminal/refusal";
import { Failure } from "../../../../operations/terminal/run";
import {
  type Answers,
  DEPLOYED,
  exited,
  looks,
  network,
  pages,
  REGISTERED,
  running,
  runs,
  TASK,
} from "../../../support/one-off";
import { awsError } from "../../../support/preflight";

test("a command runs as a task of its own in the network of the deployed version, its words as they are", async () => {
  const { ended, inputOf, namesOf } = runs();
  expect(await ended()).toBe(0);
  expect(inputOf("DescribeTaskDefinition")).toEqual({ taskDefinition: DEPLOYED });
  expect(inputOf("RunTask")).toEqual({
    cluster: "platform-dev",
    taskDefinition: REGISTERED,
    launchType: "FARGATE",
    networkConfiguration: network,
    count: 1,
    startedBy: "platform-run",
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
    overrides: {
      containerOverrides: [{ name: "orders", command: ["python", "-c", "print('$HOME ${x}')"] }],
    },
  });
  expect(namesOf().at(-1)).toBe("DeregisterTaskDefinition");
  expect(inputOf("DeregisterTaskDefinition")).toEqual({ taskDefinition: REGISTERED });
});

test("where the environment's tasks run on Spot, this one does too", async () => {
  const { ended, inputOf } = runs({}, { capacity: "spot" });
  await ended();
  expect(inputOf("RunTask")).toMatchObject({
    capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  });
  expect(inputOf("RunTask")).not.toHaveProperty("launchType");
});

test.each([0, 1, 3, 137, 255])("exit code %d of the command is that of the run", async (code) => {
  expect(await runs({ DescribeTasks: looks(running, exited(code)) }).ended()).toBe(code);
});

test("the exit code is that of the command, and not of a sidecar beside it", async () => {
  const [command] = exited(3).containers;
  const sidecar = { name: "collector", lastStatus: "STOPPED", exitCode: 9 };
  const looked = { ...exited(3), containers: [sidecar, command] };
  expect(await runs({ DescribeTasks: looks(running, looked) }).ended()).toBe(3);
});

test("a task that ECS lists only later is waited for", async () => {
  const answers = [{}, { tasks: [] }, { tasks: [{ taskArn: TASK }] }, { tasks: [exited(0)] }];
  const { ended } = runs({ DescribeTasks: () => answers.shift() ?? { tasks: [exited(0)] } });
  expect(await ended()).toBe(0);
});

test("a definition that AWS does not take back is no failure of the command", async () => {
  const { ended, reported } = runs({
    DeregisterTaskDefinition: () => {
      throw awsError("ThrottlingException", "slow down");
    },
  });
  expect(await ended()).toBe(0);
  expect(reported.join("\n")).toContain(
    `${REGISTERED} stays registered: ThrottlingException: slow down`,
  );
});

test("an exit code that is known is not lost with the last lines of the log", async () => {
  let asked = 0;
  const { ended, reported } = runs({
    DescribeTasks: looks(exited(3)),
    GetLogEvents: () => {
      asked += 1;
      if (asked > 2) throw awsError("ThrottlingException", "slow down");
      return { nextForwardToken: "end" };
    },
  });
  expect(await ended()).toBe(3);
  expect(reported.join("\n")).toContain("its last lines could not be read: ThrottlingException");
});

test("each line of the log is printed once, in order, also those that come late", async () => {
  const late = pages(["one", "two"], [], ["three"], [], [], [], [], ["four"]);
  const { ended, printed } = runs({ GetLogEvents: late });
  await ended();
  expect(printed).toEqual(["one", "two", "three", "four"]);
});

test("a log that its first line is yet to create is waited for", async () => {
  let asked = 0;
  const { ended, printed, inputOf } = runs({
    GetLogEvents: ({ nextToken }) => {
      asked += 1;
      if (asked < 3) throw new ResourceNotFoundException({ message: "", $metadata: {} });
      return nextToken === undefined
        ? { events: [{ message: "first" }], nextForwardToken: "end" }
        : { nextForwardToken: "end" };
    },
  });
  await ended();
  expect(printed).toEqual(["first"]);
  expect(inputOf("GetLogEvents")).toMatchObject({
    logGroupName: "/ecs/platform-dev/orders",
    logStreamName: "task/orders/0a1b",
    startFromHead: true,
  });
});

test.each<[string, object]>([
  ["that ECS could not start", { name: "orders" }],
  [
    "whose database was not set up",
    { name: "orders", exitCode: 143, reason: "CannotStartContainerError: dependency graph" },
  ],
])("a command %s never ran, and the reason is told as diagnose tells it", async (_, container) => {
  const stopped = {
    ...running,
    lastStatus: "STOPPED",
    stopCode: "TaskFailedToStart",
    stoppedReason: "CannotPullContainerError: 403 Forbidden",
    containers: [container],
  };
  const { ended, namesOf } = runs({ DescribeTasks: looks(running, stopped) });
  const failure = ended();
  await expect(failure).rejects.toThrow(Failure);
  await expect(failure).rejects.toThrow(
    /never ran:[^]*CannotPullContainerError: 403 Forbidden[^]*→ the role that starts the task/,
  );
  expect(namesOf().at(-1)).toBe("DeregisterTaskDefinition");
});

test("a task that ECS refuses is told with its reason", async () => {
  const failures = [{ reason: "Capacity is unavailable at this time" }];
  const { ended, namesOf } = runs({ RunTask: () => ({ failures }) });
  await expect(ended()).rejects.toThrow("ECS does not start the task: Capacity is unavailable");
  expect(namesOf().at(-1)).toBe("DeregisterTaskDefinition");
});

test("a definition that a deployment's clean-up deregistered in between is registered again, once", async () => {
  let started = 0;
  const RunTask = () => {
    started += 1;
    if (started === 1) throw awsError("ClientException", "TaskDefinition is inactive");
    return { tasks: [{ taskArn: TASK }] };
  };
  const { ended, namesOf } = runs({ RunTask });
  expect(await ended()).toBe(0);
  expect(namesOf().filter((name) => name === "RegisterTaskDefinition")).toHaveLength(2);
  const always = () => {
    throw awsError("ClientException", "TaskDefinition is inactive");
  };
  await expect(runs({ RunTask: always }).ended()).rejects.toThrow("deregistered each time");
});

test.each<[string, Answers["x"]]>([
  ["without its service", () => ({ services: [{ status: "INACTIVE" }] })],
  [
    "without its cluster",
    () => {
      throw awsError("ClusterNotFoundException");
    },
  ],
])("an environment %s is not deployed, and nothing is registered", async (_, answer) => {
  const { ended, namesOf } = runs({ DescribeServices: answer });
  await expect(ended()).rejects.toThrow(
    new Refusal(
      "orders is not deployed in dev in us-east-1.",
      "npx platform deploy dev, or choose another region with PLATFORM_REGION",
    ),
  );
  expect(namesOf()).toEqual(["DescribeServices"]);
});
