import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { type Leaving, LeavingRuns } from "../../../../operations/deployment/leaving-runs";
import { awsError } from "../../../support/preflight";
import { callsOf } from "../../../support/aws-calls";
import { targetOf } from "../../../support/target";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn() }));

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:platform";

/** An account in which `nightly` is a job that runs twice, with a one-off task and a service's task beside it. */
function account(answers: Parameters<typeof callsOf>[1] = {}) {
  const target = targetOf();
  const families: Readonly<Record<string, readonly string[]>> = {
    "platform-nightly-dev": ["job", "service"],
    "platform-nightly-one_off-dev": ["one-off"],
    "platform-web-dev": ["web"],
    "platform-web-one_off-dev": ["one-off of web"],
  };
  const calls = callsOf(target.clients, {
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    DescribeStateMachine: ({ stateMachineArn }) => {
      if (stateMachineArn !== `${MACHINE}-nightly-dev`) throw awsError("StateMachineDoesNotExist");
      return {};
    },
    ListExecutions: ({ statusFilter }) => {
      expect(statusFilter).toBe("RUNNING");
      return { executions: [{ executionArn: "run 1" }, { executionArn: "run 2" }] };
    },
    StopExecution: () => ({}),
    ListTasks: ({ family }) => ({ taskArns: families[String(family)] ?? [] }),
    DescribeTasks: ({ tasks }) => ({
      tasks: (tasks as string[]).map((taskArn) => ({
        taskArn,
        group: ["service", "web"].includes(taskArn) ? "service:it" : "family:it",
      })),
    }),
    StopTask: () => ({}),
    ...answers,
  });
  return { target, calls };
}

/** What is stopped while something is removed, for so many looks. */
async function stopped(leaving: Leaving, looks = 1) {
  const { target, calls } = account();
  let after = 0;
  const removed = new Promise<void>((resolve) => {
    vi.mocked(sleep).mockImplementation(async () => {
      after += 1;
      if (after === looks) resolve();
      return Promise.resolve();
    });
    if (leaving.formerJobs.includes("web")) setTimeout(resolve, 20);
  });
  await new LeavingRuns(target, leaving).during(() => removed);
  return calls.flatMap(({ name, input }) => {
    if (name === "StopExecution") return [input["executionArn"]];
    return name === "StopTask" ? [input["task"]] : [];
  });
}

test("the runs of a removed job are stopped, with its tasks and one-off tasks, before they keep anything in use", async () => {
  const all = ["run 1", "run 2", "job", "one-off"];
  expect(await stopped({ services: ["nightly"], formerJobs: [] })).toEqual(all);
});

test("a run that has ended meanwhile, or a refused request, ends nothing: the next look goes on", async () => {
  let refusals = 2;
  const { target, calls } = account({
    StopExecution: () => {
      refusals -= 1;
      if (refusals >= 0) throw awsError("ValidationException");
      return {};
    },
  });
  let looks = 0;
  const removed = new Promise<void>((resolve) => {
    vi.mocked(sleep).mockImplementation(async () => {
      looks += 1;
      if (looks === 3) resolve();
      return Promise.resolve();
    });
  });
  await new LeavingRuns(target, { services: ["nightly"], formerJobs: [] }).during(() => removed);
  expect(calls.map(({ name }) => name)).toContain("StopTask");
});

test("a run that the schedule still starts is stopped too", async () => {
  const twice = await stopped({ services: ["nightly"], formerJobs: [] }, 2);
  expect(twice.filter((each) => each === "run 1").length).toBeGreaterThan(1);
});

test("the one-off tasks of a removed service are stopped, and its own are left to ECS", async () => {
  expect(await stopped({ services: ["web"], formerJobs: [] })).toEqual(["one-off of web"]);
});

test("nothing of a service that stays is stopped, unless it was a job", async () => {
  expect(await stopped({ services: [], formerJobs: ["web"] })).toEqual([]);
  expect(await stopped({ services: [], formerJobs: ["nightly"] })).toEqual([
    "run 1",
    "run 2",
    "job",
  ]);
});

test("a denied request does not fail the removal", async () => {
  const target = targetOf();
  callsOf(target.clients, {
    GetCallerIdentity: () => {
      throw awsError("AccessDenied");
    },
  });
  const runs = new LeavingRuns(target, { services: ["web"], formerJobs: [] });
  await expect(runs.during(async () => Promise.resolve("removed"))).resolves.toBe("removed");
});
