import { expect, test } from "vitest";
import { diagnoseJob } from "../../../../operations/diagnosis/job-diagnosis";
import { isJobWell, jobFindings } from "../../../../operations/diagnosis/job-findings";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const ran = { startDate: at("02:30:00"), stopDate: at("02:30:12") };
const LEFT_OUT = { status: "SUCCEEDED", leftOut: true, ...ran };

/** Step Functions may list fewer runs at once than it is asked for. */
const PAGE = 7;

/** How often the last diagnosis asked for a list of runs. */
let listings = 0;

/** Diagnoses `nightly` with these runs, the newest first, and these stopped tasks that ECS lists. */
async function diagnose(
  executions: readonly Readonly<Record<string, unknown>>[] | Error,
  tasks: readonly object[] = [],
) {
  const clients = createClients({ region: "us-east-1" });
  const calls = callsOf(clients, {
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    ListExecutions: ({ stateMachineArn, statusFilter, maxResults, nextToken = 0 }) => {
      expect(stateMachineArn).toBe(
        "arn:aws:states:us-east-1:123456789012:stateMachine:platform-nightly-dev",
      );
      if (executions instanceof Error) throw executions;
      const listed = executions
        .map((each, index) => ({ ...each, executionArn: String(index) }))
        .filter((_, index) => {
          return statusFilter === undefined || executions[index]?.["status"] === statusFilter;
        });
      const end = Number(nextToken) + (maxResults === 1000 ? 1000 : PAGE);
      const more = listed.length > end && { nextToken: String(end) };
      return { executions: listed.slice(Number(nextToken), end), ...more };
    },
    DescribeExecution: ({ executionArn }) =>
      executions instanceof Error ? {} : executions[Number(executionArn)],
    GetExecutionHistory: ({ executionArn }) => {
      const { leftOut } =
        executions instanceof Error ? {} : (executions[Number(executionArn)] ?? {});
      return { events: [{ stateExitedEventDetails: { name: leftOut ? "Left out" : "Run" } }] };
    },
    ListTasks: ({ family, desiredStatus }) => {
      expect([family, desiredStatus]).toEqual(["platform-nightly-dev", "STOPPED"]);
      return { taskArns: tasks.map((_, index) => String(index)) };
    },
    DescribeTasks: () => ({ tasks }),
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
    GetLogEvents: ({ logStreamName }) => ({
      events: [{ message: `log ${String(logStreamName)}` }],
    }),
  });
  const diagnosis = await diagnoseJob("nightly", config, clients);
  listings = calls.filter(({ name }) => name === "ListExecutions").length;
  return { well: isJobWell(diagnosis), lines: jobFindings(diagnosis) };
}

test("a job is well before its first run, while it runs, and once its last run succeeded", async () => {
  expect(await diagnose([])).toEqual({
    well: true,
    lines: ["nightly is well: it has not run yet"],
  });
  expect(await diagnose([{ status: "RUNNING", startDate: at("02:30:00") }])).toEqual({
    well: true,
    lines: ["nightly is well: its last run goes on since 2026-01-01T02:30:00Z"],
  });
  expect(
    await diagnose([
      { status: "SUCCEEDED", ...ran },
      { status: "FAILED", ...ran },
    ]),
  ).toEqual({
    well: true,
    lines: [
      "nightly is well: its last run succeeded after 12 s; it started at 2026-01-01T02:30:00Z",
    ],
  });
});

const failed = {
  status: "FAILED",
  ...ran,
  error: "States.TaskFailed",
  cause: JSON.stringify({
    TaskArn: "arn:task/platform-dev/0a1b",
    TaskDefinitionArn: "arn:task-definition/platform-nightly-dev:7",
    StopCode: "EssentialContainerExited",
    StoppedReason: "Essential container in task exited",
    StoppedAt: at("02:30:12").getTime(),
    Containers: [{ Name: "nightly", ExitCode: 3 }],
  }),
};

test("a failed run shows its exit code and its last lines, as long as its log is kept", async () => {
  const { well, lines } = await diagnose([failed]);
  expect(well).toBe(false);
  expect(lines).toEqual([
    "nightly is not well: its last run failed after 12 s; it started at 2026-01-01T02:30:00Z: its task failed",
    "  nightly exited with 3 at 2026-01-01T02:30:12Z (platform-nightly-dev:7). Its last lines:",
    "  | log task/nightly/0a1b",
    "  stopped task: Essential container in task exited",
    "  → its last lines show why; fix it and deploy again",
    "  → fix it and deploy again; npx platform run <environment> <job> starts a run now",
  ]);
});

test("runs that were left out hide neither a success nor a failure of the run that went on", async () => {
  const well = await diagnose([
    LEFT_OUT,
    LEFT_OUT,
    { status: "RUNNING", startDate: at("01:00:00") },
  ]);
  expect(well).toEqual({
    well: true,
    lines: [
      "nightly is well: its last run goes on since 2026-01-01T01:00:00Z, and 2 later runs were left out because it went on",
    ],
  });
  expect(await diagnose([LEFT_OUT, failed])).toMatchObject({
    well: false,
    lines: expect.arrayContaining([expect.stringContaining("one later run was left out")]),
  });
});

test.each([
  [30, "30"],
  [200, "100 or more"],
])("after %d runs that were left out, the run that goes on is found", async (count, said) => {
  const long = { status: "RUNNING", startDate: at("01:00:00") };
  const { well, lines } = await diagnose([...Array<typeof LEFT_OUT>(count).fill(LEFT_OUT), long]);
  expect(well).toBe(true);
  expect(lines).toEqual([
    `nightly is well: its last run goes on since 2026-01-01T01:00:00Z, and ${said} later runs were left out because it went on`,
  ]);
});

test("runs that were left out before the one that goes on are not counted", async () => {
  const now = { status: "RUNNING", startDate: at("03:00:00") };
  expect((await diagnose([now, LEFT_OUT])).lines).toEqual([
    "nightly is well: its last run goes on since 2026-01-01T03:00:00Z",
  ]);
});

test("after 30 runs that were left out, the failure before them is found", async () => {
  const { well, lines } = await diagnose([...Array<typeof LEFT_OUT>(30).fill(LEFT_OUT), failed]);
  expect(well).toBe(false);
  expect(lines[0]).toContain("its last run failed after 12 s");
});

test.each([
  [1, "its only run was left out, and none goes on now"],
  [99, "its last 99 runs were all left out, and none goes on now"],
])(
  "a job of which %d runs were left out and no other is known is not well",
  async (count, said) => {
    expect(await diagnose(Array<typeof LEFT_OUT>(count).fill(LEFT_OUT))).toEqual({
      well: false,
      lines: [
        `nightly is not well: ${said}`,
        "  → npx platform run <environment> <job> starts a run now",
      ],
    });
  },
);

/** Runs that were left out, one a minute, the last one ten minutes ago. */
const leftOutEachMinute = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const startDate = new Date(at("03:00:00").getTime() - (10 + index) * 60_000);
    return { ...LEFT_OUT, startDate, stopDate: new Date(startDate.getTime() + 400) };
  });

/** Times of a run that ended before the first of them. */
const EARLIER = {
  startDate: new Date("2025-12-19T00:00:00Z"),
  stopDate: new Date("2025-12-19T00:01:00Z"),
};

/** A run that began before all those that were left out, and ended just now. */
const long = { startDate: new Date("2025-12-20T00:00:00Z"), stopDate: at("03:00:00") };

test.each([100, 150, 2500])(
  "the success of a run during which %d were left out is found, though it began before them",
  async (count) => {
    const before = { status: "FAILED", ...EARLIER };
    const { well, lines } = await diagnose([
      ...leftOutEachMinute(count),
      { status: "SUCCEEDED", ...long },
      before,
    ]);
    expect(well).toBe(true);
    expect(lines[0]).toMatch(/^nightly is well: its last run succeeded after .* 100 or more later/);
  },
);

test.each(["FAILED", "TIMED_OUT", "ABORTED"])(
  "of a run that ended as %s, and before it many were left out, the end is found by its status",
  async (status) => {
    const before = { status: "SUCCEEDED", ...EARLIER };
    const { well, lines } = await diagnose([
      ...leftOutEachMinute(150),
      { status, ...long, error: "" },
      before,
    ]);
    expect(well).toBe(false);
    expect(lines[0]).toMatch(/^nightly is not well: its last run (failed|reached|was stopped)/);
  },
);

test("whether a job is well is unknown if the run that went on is not found", async () => {
  const earlier = { status: "SUCCEEDED", ...EARLIER };
  expect(await diagnose([...leftOutEachMinute(150), earlier])).toEqual({
    well: false,
    lines: [
      "nightly may be well or not: its last 100 runs or more were all left out, and the one that went on is not found",
      "  → npx platform run <environment> <job> starts a run now",
    ],
  });
});

test("no more than 10,000 runs are listed for the one that went on", async () => {
  const { lines } = await diagnose([
    ...leftOutEachMinute(10_200),
    { status: "SUCCEEDED", startDate: new Date("2025-12-01T00:00:00Z"), stopDate: at("03:00:00") },
  ]);
  expect(lines[0]).toContain("may be well or not");
  expect(listings).toBeLessThan(30);
});

test("a run that reached its limit shows how far its task got", async () => {
  const late = { status: "FAILED", ...ran, error: "States.Timeout" };
  const task = (id: string, time: string) => ({
    taskArn: `arn:task/platform-dev/${id}`,
    createdAt: at(time),
    containers: [{ name: "nightly", exitCode: 143 }],
  });
  const tasks = [task("before", "01:00:00"), task("last", "02:30:05"), task("first", "02:30:01")];
  const { well, lines } = await diagnose([late], tasks);
  expect(well).toBe(false);
  expect(lines[0]).toContain("it took longer than schedule.limitMinutes allows");
  expect(lines).toContain("  | log task/nightly/last");
  expect(lines.at(-1)).toContain("raise schedule.limitMinutes");
});

test("a run that AWS refuses shows the refusal", async () => {
  const denied = { status: "FAILED", ...ran, error: "ECS.AccessDeniedException", cause: "no" };
  const { lines } = await diagnose([denied]);
  expect(lines[0]).toContain("ECS.AccessDeniedException: no");
  expect(lines.at(-1)).toContain("deploy `platform` again");
});

test("a job without a state machine was never deployed", async () => {
  const { well, lines } = await diagnose(awsError("StateMachineDoesNotExist"));
  expect(well).toBe(false);
  expect(lines).toEqual([
    "nightly: the state machine platform-nightly-dev does not exist; the job was never deployed here or was removed",
  ]);
});

test("an answer that is denied is an error", async () => {
  await expect(diagnose(awsError("AccessDeniedException", "not authorized"))).rejects.toThrow(
    "not authorized",
  );
});
