import { describe, expect, test } from "vitest";
import { findings, isWell, quoted } from "../../../../operations/diagnosis/findings";
import type { ServiceDiagnosis } from "../../../../operations/diagnosis/service-diagnosis";

const completed = {
  status: "PRIMARY",
  rolloutState: "COMPLETED",
  rolloutStateReason: "",
  taskDefinition: "orders:2",
};
const well: ServiceDiagnosis = {
  service: "orders",
  serviceName: "platform-orders-dev",
  tasks: { running: 2, desired: 2 },
  mayHaveNone: false,
  deployments: [completed],
  stoppedTask: undefined,
  pendingTasks: [],
  unhealthyTasks: [],
  unhealthyTargets: [],
  image: { expected: "sha256:a", running: ["sha256:a"] },
  events: ["(service platform-orders-dev) has reached a steady state."],
};
const unhealthyTask = { id: "1a2b3c4d", containers: ["health"], health: undefined };
const stoppedTask = {
  id: "1",
  taskDefinition: "orders:3",
  stoppedAt: new Date("2026-01-01T12:00:00Z"),
  reason: "Essential container in task exited",
  health: undefined,
  container: { name: "orders", exitCode: 1, reason: undefined, log: ["no variable TOKEN"] },
};

test("a healthy service takes one line", () => {
  expect(isWell(well)).toBe(true);
  expect(findings(well)).toEqual(["orders is well: 2 of 2 tasks run"]);
});

test.each<[string, Partial<ServiceDiagnosis>]>([
  ["a task is missing", { tasks: { running: 1, desired: 2 } }],
  ["no task is desired", { tasks: { running: 0, desired: 0 } }],
  ["it does not exist", { tasks: undefined }],
  [
    "one of its deployments is in progress",
    { deployments: [completed, { ...completed, rolloutState: "IN_PROGRESS" }] },
  ],
  ["a task that runs is unhealthy", { unhealthyTasks: [unhealthyTask] }],
  ["a target is unhealthy", { unhealthyTargets: ["10.0.0.1:80 Target.Timeout"] }],
  ["another image runs", { image: { expected: "sha256:a", running: ["sha256:b"] } }],
  ["two images run", { image: { expected: "sha256:a", running: ["sha256:a", "sha256:b"] } }],
])("a service is not well if %s", (_, difference) => {
  expect(isWell({ ...well, ...difference })).toBe(false);
});

test("a worker is well without a task while ECS wants none, and not once it wants one", () => {
  const none = { mayHaveNone: true, image: { expected: "sha256:a", running: [] } };
  const waiting = { ...well, ...none, tasks: { running: 0, desired: 0 } };
  expect(isWell(waiting)).toBe(true);
  expect(findings(waiting)).toEqual([
    "orders is well: no task runs, and ECS wants none: messages in its queues start one",
  ]);
  expect(isWell({ ...waiting, tasks: { running: 0, desired: 1 } })).toBe(false);
  expect(isWell({ ...waiting, tasks: { running: 1, desired: 1 } })).toBe(false);
  const stopping = { expected: "sha256:a", running: ["sha256:b"] };
  expect(isWell({ ...waiting, image: stopping })).toBe(false);
});

test("the container's own output comes before ECS's messages", () => {
  const failed = { ...well, stoppedTask, tasks: { running: 0, desired: 2 } };
  expect(findings(failed)).toEqual([
    "orders is not well: 0 of 2 tasks run",
    "  orders exited with 1 at 2026-01-01T12:00:00Z (orders:3). Its last lines:",
    "  | no variable TOKEN",
    "  stopped task: Essential container in task exited",
    "  → its last lines show why; fix it and deploy again",
    "  deployment PRIMARY orders:2 COMPLETED:",
    "  (service platform-orders-dev) has reached a steady state.",
  ]);
});

test("a task that was not healthy says what the container beside it saw", () => {
  const health = "nothing listens on port 8080, but on 3000";
  const failed = { ...well, stoppedTask: { ...stoppedTask, health } };
  expect(findings(failed)).toContain(`  its health: ${health}`);
  const long = { ...well, stoppedTask: { ...stoppedTask, health: "x".repeat(400) } };
  expect(findings(long)).toContain(`  its health: ${"x".repeat(300)}`);
});

test("a failure of the last hour is shown even when the previous version serves again", () => {
  const [first, ...others] = findings({ ...well, stoppedTask });
  expect(first).toBe("orders is well: 2 of 2 tasks run, but one failed within the last hour");
  expect(others).toContain("  | no variable TOKEN");
});

test.each([
  ["OutOfMemoryError: Container killed due to memory usage", "size.memory"],
  ["CannotPullContainerError: not found", "deploy `images` again"],
  [
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code: 429 - toomanyrequests: Rate exceeded",
    "the registry throttles pulls",
  ],
  [
    "CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:0a: write /var/lib/containerd: no space left on device",
    "the task's disk of 20 GiB",
  ],
  [
    "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
    "`architecture` in environments.ts",
  ],
  [
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 1.dkr.ecr.us-east-1.amazonaws.com/web: unexpected status from HEAD request: 403 Forbidden",
    "may not pull the image",
  ],
  [
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 1.dkr.ecr.us-east-1.amazonaws.com/web@sha256:0a429b: not found",
    "the image cannot be pulled",
  ],
  [
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to do request: dial tcp 52.0.0.1:443: i/o timeout",
    "a default route",
  ],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: retrieved secret from Secrets Manager did not contain json key password",
    "lacks the key",
  ],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue",
    "may not read a secret",
  ],
  ["Capacity is unavailable at this time.", "AWS has no capacity for it at the moment"],
  ["Timeout waiting for network interface provisioning to complete.", "no network interface"],
  [
    'CannotStartContainerError: failed to create task: exec: "gunicorn": executable file not found in $PATH: unknown',
    "no such program",
  ],
  ["ResourceInitializationError: unable to pull secrets", "a secret or the log group"],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: There is a connection issue between the task and Amazon ECR.",
    "a default route",
  ],
  [
    "failed to resolve container ordering dependency [migrate(STOPPED->RUNNING)] for target [ready(NONE->RUNNING)] as dependency did not exit successfully.",
    "must run before the service",
  ],
  ["Task failed container health checks", "its health check no longer succeeds"],
  [
    "failed to resolve container ordering dependency [migrate(STOPPED->RUNNING) - Exit: 1] for target [orders(NONE->RUNNING)] as dependency did not exit successfully.",
    "must run before the service",
  ],
  [
    "container ordering dependency [migrate(RUNNING->RUNNING)] for target [orders(NONE->RUNNING)] has timed out.",
    "it must end within 120 s",
  ],
  [
    "container ordering dependency [orders(RUNNING->RUNNING)] for target [ready(NONE->RUNNING)] has timed out.",
    "a slow start gets longer with `limits.startSeconds`",
  ],
  [
    "container ordering dependency [otel(RUNNING->RUNNING)] for target [orders(NONE->RUNNING)] has timed out.",
    "a sidecar is not healthy in time",
  ],
  [
    "container ordering dependency [health(RUNNING->RUNNING)] for target [ready(NONE->RUNNING)] has timed out.",
    "it runs but does not answer its health path",
  ],
])("the fix for %s is shown", (reason, fix) => {
  const lines = findings({ ...well, stoppedTask: { ...stoppedTask, reason } });
  expect(lines.find((line) => line.startsWith("  → "))).toContain(fix);
});

test.each([
  [["exec /app/start: exec format error"], 255, "`architecture` in environments.ts"],
  [
    ["OSError: [Errno 30] Read-only file system: '/app/cache'"],
    1,
    "write to /tmp, or name the folder",
  ],
  [["write: no space left on device"], 1, "raise `files.tmpMiB` in services/index.ts"],
  [
    ["Error: ENOSPC: System limit for number of file watchers reached, watch '/app'"],
    1,
    "start it without watching",
  ],
  [["Error: EROFS, open '/app/cache'"], 1, "in `files.writable` in services/index.ts"],
  [["Error: ENOSPC, write"], 1, "it fills its disk"],
  [["Error: EPERM, chown '/app'"], 1, "it wants more than a container may"],
  [["cannot import zerofs"], 1, "its last lines show why"],
  [["Error: permission denied, open '/app/data'"], 1, "it wants more than a container may"],
  [["ERROR: permission denied for table orders"], 1, "its last lines show why"],
  [[], 127, "no such program"],
  [[], 126, "not executable"],
  [[], 139, "signal 11"],
])("the program's own words %j and its exit code %i show the fix", (log, exitCode, fix) => {
  const container = { ...stoppedTask.container, log, exitCode };
  const lines = findings({ ...well, stoppedTask: { ...stoppedTask, container } });
  expect(lines.find((line) => line.startsWith("  → "))).toContain(fix);
});

test.each([
  [
    "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
    "Fargate quota is used up: npx platform doctor",
  ],
  [
    "was unable to place a task. Reason: Capacity is unavailable at this time.",
    "no Fargate capacity at the moment",
  ],
  [
    "failed to launch a task with (error ECS was unable to assume the role 'arn:role'.)",
    "ECS may not act for the service",
  ],
])("an event that keeps tasks from being placed has its fix: %s", (words, fix) => {
  const events = ["(service orders) has started 1 tasks.", `(service orders) ${words}`];
  const lines = findings({ ...well, tasks: { running: 0, desired: 2 }, events });
  expect(lines.slice(-2)).toEqual([`  ${events.at(-1)}`, expect.stringContaining("  → ")]);
  expect(lines.at(-1)).toContain(fix);
});

test("a killed container gets the advice about memory", () => {
  const container = { ...stoppedTask.container, exitCode: 137 };
  const lines = findings({ ...well, stoppedTask: { ...stoppedTask, container } });
  expect(lines.find((line) => line.startsWith("  → "))).toContain("size.memory");
});

test("a service that ECS does not have was never deployed, or was removed", () => {
  expect(findings({ ...well, tasks: undefined })).toEqual([
    "orders: the ECS service platform-orders-dev does not exist; it was never deployed here or was removed",
  ]);
});

test("a service that is not well shows the first unhealthy targets and the image that runs instead", () => {
  const rolledBack = { ...completed, rolloutState: "FAILED", rolloutStateReason: "rolled back" };
  const lines = findings({
    ...well,
    unhealthyTargets: ["10.0.0.1:80 Target.Timeout", "10.0.0.2:80", "10.0.0.3:80"],
    image: { expected: "sha256:a", running: ["sha256:a", "sha256:b", "sha256:c"] },
    deployments: [rolledBack],
    events: [],
  });
  expect(lines).toEqual([
    "orders is not well: 2 of 2 tasks run",
    "  unhealthy target: 10.0.0.1:80 Target.Timeout",
    "  unhealthy target: 10.0.0.2:80",
    "  runs sha256:b and sha256:c, but sha256:a was deployed",
    "  deployment PRIMARY orders:2 FAILED: rolled back",
  ]);
});

test("a task whose container never ran shows ECS's reason for the container, and no log", () => {
  const reason = "CannotStartContainerError: no such image";
  const container = { name: "migrate", exitCode: undefined, reason, log: ["never shown"] };
  const failed = { ...stoppedTask, stoppedAt: undefined, reason: "Task failed", container };
  expect(findings({ ...well, stoppedTask: failed }).slice(1)).toEqual([
    "  migrate did not run (orders:3)",
    `  stopped task: Task failed ${reason}`,
    "  → its last lines show why; fix it and deploy again",
  ]);
});

test("the reason of the container alone is enough to know the fix", () => {
  const container = { ...stoppedTask.container, reason: "OutOfMemoryError: killed" };
  const lines = findings({ ...well, stoppedTask: { ...stoppedTask, container } });
  expect(lines.at(-1)).toContain("size.memory");
});

test("a container without output says so, and of a long line only the start is shown", () => {
  expect(quoted([])).toEqual(["  | (no output)"]);
  expect(quoted(["x".repeat(301)])).toEqual([`  | ${"x".repeat(300)}`]);
});

test("a pending task shows its reason to wait", () => {
  const wait = "ready waits, at most 75 s, for orders to be HEALTHY; it is RUNNING";
  const createdAt = new Date("2026-01-01T12:00:00Z");
  const task = { id: "1f", status: "PENDING", createdAt, waits: [wait] };
  const unknown = { id: "2e", status: "PROVISIONING", createdAt: undefined, waits: [] };
  const pendingTasks = [task, unknown];
  expect(findings({ ...well, pendingTasks }).slice(1)).toEqual([
    "  task 1f is PENDING since 2026-01-01T12:00:00Z",
    `    ${wait}`,
    "  task 2e is PROVISIONING",
  ]);
});

describe("an unhealthy task", () => {
  const fixOf = (containers: readonly string[]) =>
    findings({ ...well, unhealthyTasks: [{ ...unhealthyTask, containers }] }).filter((line) =>
      line.startsWith("  → "),
    );

  test("names the service, not the container that asks for its health, and what that one saw", () => {
    const health = "GET /health answers 503";
    const lines = findings({ ...well, unhealthyTasks: [{ ...unhealthyTask, health }] });
    expect(lines.slice(0, 4)).toEqual([
      "orders is not well: 2 of 2 tasks run, 1 unhealthy",
      "  unhealthy task: 1a2b3c4d: the health of orders is UNHEALTHY",
      `  its health: ${health}`,
      "  → its health check no longer succeeds: check `health` in services/index.ts and its log",
    ]);
  });

  test.each([
    [["orders"], "the health of orders"],
    [["otel"], "the health of otel"],
    [["otel", "health"], "the health of otel and orders"],
    [["orders", "health"], "the health of orders"],
    [[], "its health"],
  ])("whose containers %j are UNHEALTHY is one because of %s", (containers, whose) => {
    const lines = findings({ ...well, unhealthyTasks: [{ ...unhealthyTask, containers }] });
    expect(lines).toContain(`  unhealthy task: 1a2b3c4d: ${whose} is UNHEALTHY`);
  });

  test("has the sidecar's fix if a sidecar fails, and the service's if that fails alone", () => {
    expect(fixOf(["otel", "health"])).toEqual([expect.stringContaining("`health.command`")]);
    expect(fixOf(["health"])).toEqual([expect.stringContaining("check `health` in")]);
    expect(fixOf([])).toEqual([expect.stringContaining("check `health` in")]);
  });

  test("of more than two is counted, and the fix of all is shown once", () => {
    const unhealthyTasks = ["1", "2", "3"].map((id) => ({ ...unhealthyTask, id }));
    const lines = findings({ ...well, unhealthyTasks, deployments: [], events: [] });
    expect(lines).toEqual([
      "orders is not well: 2 of 2 tasks run, 3 unhealthy",
      "  unhealthy task: 1: the health of orders is UNHEALTHY",
      "  unhealthy task: 2: the health of orders is UNHEALTHY",
      expect.stringContaining("  → its health check no longer succeeds"),
    ]);
  });

  test("does not repeat the fix of a task that stopped for the same reason", () => {
    const failed = { ...stoppedTask, reason: "Task failed container health checks" };
    const sick = { ...well, unhealthyTasks: [unhealthyTask] };
    const fixesOf = (diagnosis: ServiceDiagnosis) =>
      findings(diagnosis).filter((line) => line.startsWith("  → ")).length;
    expect(fixesOf({ ...sick, stoppedTask: failed })).toBe(1);
    expect(fixesOf({ ...sick, stoppedTask })).toBe(2);
  });
});

describe("the findings fit on a screen", () => {
  const log = Array.from({ length: 10 }, (_, index) => `line ${index}`);
  const failed = { ...stoppedTask, health: "silent", container: { ...stoppedTask.container, log } };
  const sick = { ...unhealthyTask, health: "silent" };
  const worst: ServiceDiagnosis = {
    ...well,
    stoppedTask: failed,
    unhealthyTasks: [sick, sick, sick],
    unhealthyTargets: ["a", "b", "c"],
    image: { expected: "sha256:a", running: ["sha256:b"] },
    deployments: [completed, completed],
    events: ["one", "two"],
  };

  test("without the oldest lines of a container, whose last three stay", () => {
    const lines = findings(worst);
    expect(lines).toHaveLength(20);
    expect(lines.filter((line) => line.startsWith("  | "))).toEqual([
      "  | line 7",
      "  | line 8",
      "  | line 9",
    ]);
  });

  test("with all lines of the container if there is room", () => {
    const lines = findings({ ...well, stoppedTask: failed });
    expect(lines).toContain("  | line 0");
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  test("without the last events if it still has too many lines", () => {
    const events = ["one", "two", "three"];
    const lines = findings({ ...worst, events, deployments: Array(9).fill(completed) });
    expect(lines).toHaveLength(20);
    expect(lines).not.toContain("  three");
    expect(lines).toContain("  | line 7");
  });
});
