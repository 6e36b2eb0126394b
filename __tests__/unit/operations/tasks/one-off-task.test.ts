import { ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test, vi } from "vitest";
import { runOneOff } from "../../../../operations/tasks/one-off-task";
import { createClients } from "../../../../operations/target/clients";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { Refusal } from "../../../../operations/terminal/refusal";
import { Failure } from "../../../../operations/terminal/run";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { type Call, callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const DEPLOYED = "arn:aws:ecs:us-east-1:1:task-definition/platform-orders-dev:7";
const REGISTERED = "arn:aws:ecs:us-east-1:1:task-definition/platform-orders-one_off-dev:1";
const TASK = "arn:aws:ecs:us-east-1:1:task/platform-dev/0a1b";
const network = {
  awsvpcConfiguration: {
    subnets: ["a", "b"],
    securityGroups: ["orders"],
    assignPublicIp: "DISABLED",
  },
};
const containerDefinitions = [
  {
    name: "orders",
    image: "orders@sha256:1",
    logConfiguration: {
      options: { "awslogs-group": "/ecs/platform-dev/orders", "awslogs-stream-prefix": "task" },
    },
  },
];

/** The looks at a task, in order; the last repeats. */
const looks = (...tasks: readonly object[]) => {
  let look = -1;
  return () => ({ tasks: [tasks[(look = Math.min(look + 1, tasks.length - 1))]] });
};
const running = { taskArn: TASK, lastStatus: "RUNNING", containers: [{ name: "orders" }] };
const exited = (exitCode: number) => ({
  ...running,
  lastStatus: "DEPROVISIONING",
  containers: [{ name: "orders", lastStatus: "STOPPED", exitCode }],
});

/** The pages of a log, one a request; then nothing more comes. */
const pages = (...lines: readonly (readonly string[])[]) => {
  let page = 0;
  return ({ nextToken }: Call["input"]) => {
    const messages = lines[page] ?? [];
    page += 1;
    const nextForwardToken = messages.length > 0 ? `after ${page}` : (nextToken ?? "start");
    return { events: messages.map((message) => ({ message: `${message}\n` })), nextForwardToken };
  };
};

type Answers = Parameters<typeof callsOf>[1];

const ANSWERS: Answers = {
  DescribeServices: () => ({
    services: [
      {
        status: "ACTIVE",
        taskDefinition: "not this",
        networkConfiguration: network,
        deployments: [
          { status: "ACTIVE", taskDefinition: "older" },
          { status: "PRIMARY", taskDefinition: DEPLOYED },
        ],
      },
    ],
  }),
  DescribeTaskDefinition: ({ taskDefinition }) => {
    return { taskDefinition: { taskDefinitionArn: taskDefinition, containerDefinitions } };
  },
  RegisterTaskDefinition: (input) => ({
    taskDefinition: { ...input, taskDefinitionArn: REGISTERED },
  }),
  RunTask: () => ({ tasks: [{ taskArn: TASK }] }),
  DescribeTasks: looks(running, exited(0)),
  GetLogEvents: pages(),
  StopTask: () => ({}),
  DeregisterTaskDefinition: () => ({}),
};

/** Runs a command on an AWS with these answers, and stops it at a pause. */
function runs(answers: Answers = {}, settings = {}) {
  const { config } = readConfig({}, environmentsWith(settings));
  const clients = createClients({ region: "us-east-1" });
  const calls = callsOf(clients, { ...ANSWERS, ...answers });
  const controller = new AbortController();
  const printed: string[] = [];
  const reported: string[] = [];
  const terminal = {
    signal: controller.signal,
    pause: vi.fn(async () => Promise.resolve()),
    print: (line: string) => printed.push(line),
    report: (line: string) => reported.push(line),
    stopTaken: vi.fn(),
  };
  const command = ["python", "-c", "print('$HOME ${x}')"];
  const oneOff = { service: "orders", spec: fixture.orders, config, command, minutes: 60 };
  const ended = () => runOneOff(oneOff, clients, terminal);
  const namesOf = () => calls.map(({ name }) => name);
  const inputOf = (name: string) => calls.find((call) => call.name === name)?.input;
  return { ended, namesOf, inputOf, printed, reported, controller, terminal };
}

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

test("a task that cannot be stopped is said to go on, with the command that stops it", async () => {
  const { ended, controller, terminal } = runs({
    DescribeTasks: looks(running),
    StopTask: () => {
      throw awsError("AccessDeniedException", "not authorized");
    },
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(
    "The task goes on, because it could not be stopped: AccessDeniedException: not authorized\n→ aws ecs stop-task --region us-east-1 --cluster platform-dev --task 0a1b",
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

const stopped = { ...exited(143), lastStatus: "STOPPED" };

test("Ctrl-C stops the task, waits for its end with its last lines, and deregisters its definition", async () => {
  const { ended, inputOf, namesOf, controller, terminal, printed } = runs({
    DescribeTasks: looks(running, running, exited(143), stopped),
    GetLogEvents: pages(["begun"], [], ["SIGTERM"], [], [], ["bye"]),
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(new Interrupted("interrupted; the task 0a1b has stopped"));
  expect(inputOf("StopTask")).toMatchObject({ cluster: "platform-dev", task: TASK });
  expect(namesOf().filter((name) => name === "StopTask")).toHaveLength(1);
  expect(namesOf().filter((name) => name === "DescribeTasks")).toHaveLength(4);
  expect(printed).toEqual(["begun", "SIGTERM", "bye"]);
  expect(namesOf().at(-1)).toBe("DeregisterTaskDefinition");
});

test("Ctrl-C stops the task at once, whatever is waited for then, and only then may a second one leave", async () => {
  const { ended, inputOf, namesOf, controller, terminal } = runs({
    DescribeTasks: looks(running, exited(143), stopped),
  });
  let goOn: () => void = () => undefined;
  terminal.pause.mockImplementationOnce(async () => new Promise((resolve) => (goOn = resolve)));
  const end = ended();
  await vi.waitFor(() => {
    expect(terminal.pause).toHaveBeenCalled();
  });
  expect(terminal.stopTaken).not.toHaveBeenCalled();
  controller.abort();
  await vi.waitFor(() => {
    expect(terminal.stopTaken).toHaveBeenCalledWith(
      "aws ecs stop-task --region us-east-1 --cluster platform-dev --task 0a1b",
    );
  });
  expect(inputOf("StopTask")).toMatchObject({ cluster: "platform-dev", task: TASK });
  goOn();
  await expect(end).rejects.toThrow(new Interrupted("interrupted; the task 0a1b has stopped"));
  expect(namesOf().filter((name) => name === "StopTask")).toHaveLength(1);
});

test("a command that ends by the Ctrl-C during a look is interrupted, and so is a look that fails", async () => {
  for (const look of [
    () => ({ tasks: [exited(143)] }),
    () => {
      throw awsError("ThrottlingException", "slow down");
    },
  ]) {
    let looked = 0;
    const { ended, controller } = runs({
      DescribeTasks: () => {
        controller.abort();
        looked += 1;
        return looked === 1 ? look() : { tasks: [stopped] };
      },
    });
    await expect(ended()).rejects.toThrow(
      new Interrupted("interrupted; the task 0a1b has stopped"),
    );
  }
});

test("a task that is still to be started when Ctrl-C comes is stopped once it is", async () => {
  const { ended, controller, terminal } = runs({
    RunTask: () => {
      controller.abort();
      return { tasks: [{ taskArn: TASK }] };
    },
    DescribeTasks: looks(stopped),
  });
  await expect(ended()).rejects.toThrow(new Interrupted("interrupted; the task 0a1b has stopped"));
  expect(terminal.stopTaken).toHaveBeenCalledTimes(1);
});

test("a task that ECS does not stop in time is said to go on", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const { ended, controller, terminal } = runs({ DescribeTasks: looks(running) });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve(void (now += 60_000));
  });
  await expect(ended()).rejects.toThrow(
    "interrupted; the task 0a1b is being stopped, and goes on after 300 s",
  );
  expect(terminal.pause).toHaveBeenCalledTimes(6);
});

test("if AWS no longer tells of a task that it was asked to stop, that is said", async () => {
  let asked = 0;
  const { ended, controller, terminal } = runs({
    DescribeTasks: () => {
      asked += 1;
      if (asked > 1) throw awsError("ThrottlingException", "slow down");
      return { tasks: [running] };
    },
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(
    "the task 0a1b is being stopped, but AWS no longer tells how: ThrottlingException",
  );
});

test("a task that takes longer than its limit is stopped, and its last lines are printed", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const { ended, inputOf, printed, terminal } = runs({
    DescribeTasks: looks(running, stopped),
    GetLogEvents: pages(["begun"], [], ["stopped"]),
  });
  terminal.pause.mockImplementation(async () => Promise.resolve(void (now += 60 * 60_000)));
  await expect(ended()).rejects.toThrow("0a1b took longer than 60 minutes: it has stopped.");
  expect(inputOf("StopTask")).toMatchObject({ task: TASK });
  expect(printed).toEqual(["begun", "stopped"]);
});

test("if AWS no longer tells how it goes on, the command that stops it is shown", async () => {
  const DescribeTasks = () => {
    throw awsError("ExpiredTokenException", "expired");
  };
  await expect(runs({ DescribeTasks }).ended()).rejects.toThrow(
    "aws ecs stop-task --region us-east-1 --cluster platform-dev --task 0a1b",
  );
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
