import { expect, test, vi } from "vitest";
import { runJob } from "../../../../operations/tasks/job-run";
import { createClients } from "../../../../operations/target/clients";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { Refusal } from "../../../../operations/terminal/refusal";
import { readConfig } from "../../../../project";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const RUN = "arn:aws:states:us-east-1:123456789012:execution:platform-nightly-dev:platform-run-1";
const spec: ServiceSpec = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } };
const taskOf = (id: string, containers: readonly object[] = []) => ({
  TaskArn: `arn:aws:ecs:us-east-1:1:task/platform-dev/${id}`,
  TaskDefinitionArn: "platform-nightly-dev:3",
  Containers: containers,
});
/** The event of a try, as Step Functions records the answer of ECS. */
const submitted = (id: string) => ({
  taskSubmittedEventDetails: { output: JSON.stringify({ Tasks: [taskOf(id)], Failures: [] }) },
});
const started = new Date("2026-01-01T02:30:00Z");
const stopped = new Date("2026-01-01T02:31:12Z");

/** Runs `nightly` on an AWS whose execution is in these states, one a look, with these events. */
function runs(
  states: readonly object[],
  events: readonly object[] = [submitted("a")],
  answers: Parameters<typeof callsOf>[1] = {},
) {
  const clients = createClients({ region: "us-east-1" });
  let look = -1;
  const calls = callsOf(clients, {
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    StartExecution: () => ({ executionArn: RUN }),
    DescribeExecution: () => {
      look = Math.min(look + 1, states.length - 1);
      return { startDate: started, stopDate: stopped, ...states[look] };
    },
    GetExecutionHistory: ({ reverseOrder }) => {
      return { events: reverseOrder ? [...events].reverse() : events };
    },
    DescribeTaskDefinition: () => ({
      taskDefinition: {
        containerDefinitions: [
          {
            name: "nightly",
            logConfiguration: {
              options: { "awslogs-group": "/ecs/nightly", "awslogs-stream-prefix": "task" },
            },
          },
        ],
      },
    }),
    GetLogEvents: ({ nextToken, logStreamName }) => ({
      events: nextToken === undefined ? [{ message: `line of ${String(logStreamName)}` }] : [],
      nextForwardToken: "end",
    }),
    StopExecution: () => ({}),
    ...answers,
  });
  const controller = new AbortController();
  const printed: string[] = [];
  const reported: string[] = [];
  const terminal = {
    signal: controller.signal,
    pause: vi.fn(async () => Promise.resolve()),
    print: (line: string) => printed.push(line),
    report: (line: string) => reported.push(line),
  };
  const ended = () => runJob({ service: "nightly", spec, config }, clients, terminal);
  return { ended, calls, controller, terminal, printed, reported };
}

const RUNNING = { status: "RUNNING", stopDate: undefined };
const SUCCEEDED = { status: "SUCCEEDED" };

test("a run starts now, with a name by which a repeated request starts no other, and its log is printed", async () => {
  const { ended, calls, printed, reported } = runs([RUNNING, RUNNING, SUCCEEDED]);
  expect(await ended()).toBe(0);
  const [start] = calls.filter(({ name }) => name === "StartExecution");
  expect(start?.input).toEqual({
    stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:platform-nightly-dev",
    name: expect.stringMatching(/^platform-run-[0-9a-f-]{36}$/),
    input: "{}",
  });
  expect(printed).toEqual(["line of task/nightly/a"]);
  expect(reported).toContain(
    "nightly succeeded after 1 min 12 s; it started at 2026-01-01T02:30:00Z",
  );
});

test("the log of each try is printed", async () => {
  const { ended, printed } = runs([RUNNING, SUCCEEDED], [submitted("a"), submitted("b")]);
  await ended();
  expect(printed).toEqual(["line of task/nightly/a", "line of task/nightly/b"]);
});

test("a failed run ends with the exit code of its last task", async () => {
  const cause = JSON.stringify(taskOf("a", [{ Name: "nightly", ExitCode: 7 }]));
  const failed = { status: "FAILED", error: "States.TaskFailed", cause };
  const { ended, reported } = runs([RUNNING, failed]);
  expect(await ended()).toBe(7);
  expect(reported.at(-1)).toContain("nightly failed after 1 min 12 s");
});

test("a run whose task never ran ends with 1 and the reason", async () => {
  const cause = JSON.stringify({
    ...taskOf("a", [{ Name: "nightly" }]),
    StopCode: "TaskFailedToStart",
    StoppedReason: "CannotPullContainerError: 403 Forbidden",
  });
  const { ended, reported } = runs([{ status: "FAILED", error: "States.TaskFailed", cause }]);
  expect(await ended()).toBe(1);
  expect(reported.join("\n")).toContain("stopped task: CannotPullContainerError: 403 Forbidden");
});

test("a run that reached its limit ends with 1", async () => {
  const late = { status: "TIMED_OUT", error: "States.Timeout" };
  const { ended, reported } = runs([RUNNING, late]);
  expect(await ended()).toBe(1);
  expect(reported.at(-1)).toContain("it took longer than schedule.limitMinutes allows");
});

test("a run that is left out did not run", async () => {
  const leftOut = [{ stateExitedEventDetails: { name: "Left out" } }];
  await expect(runs([SUCCEEDED], leftOut).ended()).rejects.toThrow(
    "nightly did not start: another run goes on",
  );
});

test("if AWS no longer tells how it goes on, the commands that show and stop it are there", async () => {
  const DescribeExecution = () => {
    throw awsError("ThrottlingException", "slow down");
  };
  await expect(runs([RUNNING], [], { DescribeExecution }).ended()).rejects.toThrow(
    `The run may go on, but AWS no longer tells how: ThrottlingException: slow down\n→ npx platform diagnose dev nightly shows it. To stop it: aws stepfunctions stop-execution --execution-arn ${RUN}`,
  );
});

test("Ctrl-C stops the run, and waits for the end of its task with its last lines", async () => {
  let look = 0;
  const { ended, calls, terminal, controller, printed } = runs([RUNNING], [submitted("a")], {
    DescribeTasks: () => ({ tasks: [{ lastStatus: ["RUNNING", "STOPPED"][look++] }] }),
    GetLogEvents: ({ nextToken = "0" }) => {
      const events = [["begun"], [], ["SIGTERM"]][Number(nextToken)] ?? [];
      const messages = events.map((message) => ({ message }));
      return { events: messages, nextForwardToken: String(Math.min(Number(nextToken) + 1, 3)) };
    },
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(
    new Interrupted("interrupted; the run is stopped, and its task has stopped"),
  );
  const [stop, wait] = calls.filter(({ name }) => /^(StopExecution|DescribeTasks)$/.test(name));
  expect(stop).toMatchObject({ name: "StopExecution", input: { executionArn: RUN } });
  expect(wait?.input).toMatchObject({ cluster: "platform-dev" });
  expect(printed).toEqual(["begun", "SIGTERM"]);
});

test("a run that has started no task yet is stopped", async () => {
  const { ended, controller } = runs([RUNNING], []);
  controller.abort();
  await expect(ended()).rejects.toThrow(new Interrupted("interrupted; the run is stopped"));
});

test("a job without its state machine is not deployed", async () => {
  const StartExecution = () => {
    throw awsError("StateMachineDoesNotExist");
  };
  await expect(runs([], [], { StartExecution }).ended()).rejects.toThrow(
    new Refusal("nightly is not deployed in dev in us-east-1.", expect.anything() as never),
  );
});
