import { vi } from "vitest";
import { runOneOff } from "../../operations/tasks/one-off-task";
import { createClients } from "../../operations/target/clients";
import { readConfig } from "../../project";
import { type Call, callsOf } from "./aws-calls";
import { environmentsWith } from "./environments";
import { fixture } from "./services";

export const DEPLOYED = "arn:aws:ecs:us-east-1:1:task-definition/platform-orders-dev:7";
export const REGISTERED = "arn:aws:ecs:us-east-1:1:task-definition/platform-orders-one_off-dev:1";
export const TASK = "arn:aws:ecs:us-east-1:1:task/platform-dev/0a1b";
export const network = {
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
export const looks = (...tasks: readonly object[]) => {
  let look = -1;
  return () => ({ tasks: [tasks[(look = Math.min(look + 1, tasks.length - 1))]] });
};
export const running = { taskArn: TASK, lastStatus: "RUNNING", containers: [{ name: "orders" }] };
export const exited = (exitCode: number) => ({
  ...running,
  lastStatus: "DEPROVISIONING",
  containers: [{ name: "orders", lastStatus: "STOPPED", exitCode }],
});

/** The pages of a log, one a request; then nothing more comes. */
export const pages = (...lines: readonly (readonly string[])[]) => {
  let page = 0;
  return ({ nextToken }: Call["input"]) => {
    const messages = lines[page] ?? [];
    page += 1;
    const nextForwardToken = messages.length > 0 ? `after ${page}` : (nextToken ?? "start");
    return { events: messages.map((message) => ({ message: `${message}\n` })), nextForwardToken };
  };
};

export type Answers = Parameters<typeof callsOf>[1];

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
export function runs(answers: Answers = {}, settings = {}) {
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
