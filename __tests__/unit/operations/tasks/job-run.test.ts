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
const STOP = `aws stepfunctions stop-execution --region us-east-1 --execution-arn ${RUN}`;
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
    stopTaken: vi.fn(),
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

test("each look is at the run that was started", async () => {
  const { ended, calls } = runs([RUNNING, SUCCEEDED]);
  await ended();
  const looked = calls.filter(({ name }) => name === "DescribeExecution");
  expect(looked.map(({ input }) => input)).toEqual(Array(2).fill({ executionArn: RUN }));
});

test("a run that has succeeded by the Ctrl-C has succeeded", async () => {
  const run = runs([RUNNING, SUCCEEDED], [submitted("a")], {
    GetLogEvents: () => {
      if (run.calls.filter(({ name }) => name === "DescribeExecution").length === 2) {
        run.controller.abort();
      }
      return { events: [], nextForwardToken: "end" };
    },
  });
  expect(await run.ended()).toBe(0);
});

test("an answer of Step Functions without events, or without a task, is no task", async () => {
  const { ended, printed } = runs([RUNNING, SUCCEEDED], [{ taskSubmittedEventDetails: {} }, {}]);
  expect(await ended()).toBe(0);
  expect(printed).toEqual([]);
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
    `The run may go on, but AWS no longer tells how: ThrottlingException: slow down\n→ npx platform diagnose dev nightly shows it. To stop it: ${STOP}`,
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

test("Ctrl-C stops the run at once, whatever is waited for then, and only then may a second one leave", async () => {
  const { ended, calls, terminal, controller } = runs([RUNNING, { status: "ABORTED" }], [], {
    StopExecution: () => {
      expect(terminal.stopTaken).not.toHaveBeenCalled();
      return {};
    },
  });
  let goOn: () => void = () => undefined;
  terminal.pause.mockImplementation(async () => new Promise((resolve) => (goOn = resolve)));
  const end = ended();
  await vi.waitFor(() => {
    expect(terminal.pause).toHaveBeenCalled();
  });
  controller.abort();
  await vi.waitFor(() => {
    expect(terminal.stopTaken).toHaveBeenCalledWith(STOP);
  });
  expect(calls.at(-1)).toMatchObject({ name: "StopExecution", input: { executionArn: RUN } });
  goOn();
  await expect(end).rejects.toThrow(new Interrupted("interrupted; the run is stopped"));
  expect(calls.filter(({ name }) => name === "StopExecution")).toHaveLength(1);
});

test("a run that ends by the Ctrl-C during a look is interrupted, and the end of its task waited for", async () => {
  const { ended, controller, reported } = runs([], [submitted("a")], {
    DescribeExecution: () => {
      controller.abort();
      return { status: "ABORTED", startDate: started, stopDate: stopped };
    },
    DescribeTasks: () => ({ tasks: [{ lastStatus: "STOPPED" }] }),
  });
  await expect(ended()).rejects.toThrow(
    new Interrupted("interrupted; the run is stopped, and its task has stopped"),
  );
  expect(reported).toContain("Waiting until the task has stopped");
});

test("a run that AWS does not stop is said to go on, and a second Ctrl-C is not told otherwise", async () => {
  const StopExecution = () => {
    throw awsError("ThrottlingException", "slow down");
  };
  const { ended, controller, terminal } = runs([RUNNING], [], { StopExecution });
  controller.abort();
  await expect(ended()).rejects.toThrow(
    `The run goes on, because it could not be stopped: ThrottlingException: slow down\n→ ${STOP}`,
  );
  expect(terminal.stopTaken).not.toHaveBeenCalled();
});

/** A run whose tries `a` and `b` have these statuses, one a look; ECS no longer lists one without any. */
function triesOf(statuses: Readonly<Record<string, readonly string[]>>) {
  const events = [submitted("a")];
  const looks: Record<string, number> = {};
  const run = runs([RUNNING], events, {
    StopExecution: () => {
      // Started since the last look.
      events.push(submitted("b"));
      return {};
    },
    DescribeTasks: ({ tasks }) => {
      const id = String(tasks).slice(-1);
      const look = (looks[id] = (looks[id] ?? -1) + 1);
      const known = statuses[id] ?? [];
      return { tasks: known.length > 0 ? [{ lastStatus: known[look] ?? "STOPPED" }] : [] };
    },
  });
  run.terminal.pause.mockImplementation(async () => {
    run.controller.abort();
    return Promise.resolve();
  });
  return { ...run, looks };
}

test.each([
  ["and of a try that ECS no longer lists nothing is waited for", []],
  ["and an earlier try that has stopped is not waited for again", ["STOPPED"]],
])("the end of a try that began since the last look is waited for, %s", async (_, earlier) => {
  const { ended, looks, printed } = triesOf({ a: earlier, b: ["RUNNING", "RUNNING"] });
  await expect(ended()).rejects.toThrow(
    new Interrupted("interrupted; the run is stopped, and its task has stopped"),
  );
  expect(looks).toEqual({ a: 0, b: 2 });
  expect(printed).toContain("line of task/nightly/b");
});

test("every task of a stopped run that goes on is waited for", async () => {
  const { ended } = triesOf({ a: ["RUNNING", "RUNNING"], b: ["RUNNING"] });
  await expect(ended()).rejects.toThrow(
    "interrupted; the run is stopped, and of its tasks a has stopped, b has stopped",
  );
});

test("if AWS no longer tells of the tasks of a stopped run, that is said", async () => {
  let look = 0;
  const { ended, terminal, controller } = runs([RUNNING], [], {
    GetExecutionHistory: () => {
      look += 1;
      if (look > 1) throw awsError("ThrottlingException", "slow down");
      return { events: [] };
    },
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(
    "the run is stopped, but AWS no longer tells of its tasks: ThrottlingException: slow down",
  );
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
