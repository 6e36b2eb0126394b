import { describe, expect, test } from "vitest";
import type { StatusEntry } from "../../../../operations/status/entry";
import { environmentStatus } from "../../../../operations/status/environment-status";
import { statusLine } from "../../../../operations/status/status-line";
import { createClients } from "../../../../operations/target/clients";
import { readConfig } from "../../../../project";
import type { Services } from "../../../../spec/service/spec";
import { callsOf } from "../../../support/aws-calls";
import { awsError } from "../../../support/preflight";

const { config } = readConfig({});
const size = { cpu: 256, memory: 512 } as const;
const services: Services = {
  web: { port: 8080, health: "/health", size, path: "/" },
  worker: { size, receives: ["exports"], scaling: { min: 0, max: 5, backlog: 20 } },
  nightly: { size, schedule: { everyMinutes: 60 } },
};

const SINCE = new Date("2026-12-01T10:00:00Z");
const steady = { status: "PRIMARY", rolloutState: "COMPLETED", createdAt: SINCE };
const web = {
  serviceName: "platform-web-dev",
  status: "ACTIVE",
  taskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/platform-web-dev:4",
  runningCount: 2,
  desiredCount: 2,
  deployments: [steady],
  loadBalancers: [{ targetGroupArn: "arn:targetgroup/web" }],
};
const worker = {
  serviceName: "platform-worker-dev",
  status: "ACTIVE",
  runningCount: 0,
  desiredCount: 0,
  deployments: [steady],
};
const run = {
  executionArn: "arn:execution",
  status: "SUCCEEDED",
  startDate: SINCE,
  stopDate: SINCE,
};

/** Tasks of `web` that run these digests. */
const tasksWith = (...digests: readonly string[]) =>
  digests.map((imageDigest) => ({
    group: "service:platform-web-dev",
    lastStatus: "RUNNING",
    containers: [
      { name: "web", imageDigest },
      { name: "ready", imageDigest: "sha256:ready" },
    ],
  }));

const healthy = (...states: readonly string[]) => ({
  TargetHealthDescriptions: states.map((State) => ({ TargetHealth: { State } })),
});

/** An environment whose services are steady, but for what these answers say. */
function aws(answers: Parameters<typeof callsOf>[1] = {}, catalogue: Services = services) {
  const clients = createClients({ region: config.region });
  const calls = callsOf(clients, {
    DescribeServices: () => ({ services: [web, worker] }),
    ListTasks: () => ({ taskArns: ["a", "b"] }),
    DescribeTasks: () => ({ tasks: tasksWith(`sha256:${"0123456789abcdef".repeat(4)}`) }),
    DescribeScalableTargets: () => ({
      ScalableTargets: [
        { ResourceId: "service/platform-dev/platform-web-dev", MinCapacity: 4, MaxCapacity: 20 },
      ],
    }),
    DescribeTargetHealth: () => healthy("healthy", "healthy", "draining"),
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: `https://sqs/${String(QueueName)}` }),
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: {
        ApproximateNumberOfMessages: String(QueueUrl).includes("dead-letters") ? "1" : "12",
      },
    }),
    GetCallerIdentity: () => ({ Account: "123456789012" }),
    ListExecutions: ({ statusFilter }) => ({ executions: statusFilter ? [] : [run] }),
    GetExecutionHistory: () => ({ events: [] }),
    DescribeExecution: () => run,
    ...answers,
  });
  return { calls, read: () => environmentStatus({ config, services: catalogue }, clients) };
}

const named = (entries: readonly StatusEntry[], name: string) =>
  entries.find((entry) => entry.name === name);

test("each service and job has a line with what AWS says of it", async () => {
  const entries = await aws().read();
  expect(entries.map(statusLine)).toEqual([
    "web: 2/2 (4–20); steady since 2026-12-01T10:00:00Z; 0123456789ab; 2 of 2 healthy",
    "worker: 0/0 (not scaled); steady since 2026-12-01T10:00:00Z; nothing; exports: 12 waiting, 1 dead",
    "nightly: a job; its last run succeeded after 0 s; it started at 2026-12-01T10:00:00Z",
  ]);
  expect(named(entries, "web")).toHaveProperty("revision", "platform-web-dev:4");
  expect(named(entries, "worker")).toHaveProperty("revision", undefined);
  // A worker may have no task, and messages that wait are no failure.
  expect(entries.map(({ well }) => well)).toEqual([true, true, true]);
});

test("ten services take one request, and all tasks two", async () => {
  const many: Services = Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [`worker-${index}`, { size }]),
  );
  const { calls, read } = aws({}, many);
  await read();
  const described = calls.filter(({ name }) => name === "DescribeServices");
  expect(described.map(({ input }) => (input["services"] as string[]).length)).toEqual([10, 1]);
  expect(calls.map(({ name }) => name).sort()).toEqual([
    "DescribeScalableTargets",
    "DescribeServices",
    "DescribeServices",
    "DescribeTasks",
    "ListTasks",
  ]);
});

describe("a service is not well", () => {
  /** What is said of `web` if ECS has these facts of it. */
  async function said(facts: object, answers = {}) {
    const DescribeServices = () => ({ services: [{ ...web, ...facts }, worker] });
    const entry = named(await aws({ DescribeServices, ...answers }).read(), "web");
    expect(entry?.well).toBe(false);
    return entry && statusLine(entry);
  }

  test("while a deployment is rolling out, and both versions run", async () => {
    const rolling = { ...steady, rolloutState: "IN_PROGRESS" };
    const DescribeTasks = () => ({ tasks: tasksWith("sha256:old", "sha256:new") });
    expect(await said({ deployments: [rolling] }, { DescribeTasks })).toContain(
      "rolling out since 2026-12-01T10:00:00Z; old and new",
    );
  });

  test("if its deployment has failed, with ECS's reason", async () => {
    const failed = {
      ...steady,
      rolloutState: "FAILED",
      rolloutStateReason: "tasks failed to start",
    };
    expect(await said({ deployments: [failed] })).toContain(
      "failed since 2026-12-01T10:00:00Z: tasks failed to start",
    );
  });

  test("while ECS rolls it back", async () => {
    const failed = { status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: "tasks failed" };
    const rollback = { ...steady, rolloutState: "IN_PROGRESS" };
    expect(await said({ deployments: [rollback, failed] })).toContain("rolling back since");
  });

  test("with fewer tasks than ECS wants, with none, or with unhealthy targets", async () => {
    expect(await said({ runningCount: 1 })).toContain("1/2");
    expect(await said({ runningCount: 0, desiredCount: 0 })).toContain("0/0");
    const DescribeTargetHealth = () => healthy("healthy", "unhealthy");
    expect(await said({}, { DescribeTargetHealth })).toContain("1 of 2 healthy");
  });

  test("with a task that runs but is unhealthy, even without a load balancer", async () => {
    const [one, two] = tasksWith("sha256:a", "sha256:a");
    const other = { ...two, group: "service:platform-worker-dev", healthStatus: "UNHEALTHY" };
    const DescribeTasks = () => ({ tasks: [{ ...one, healthStatus: "UNHEALTHY" }, two, other] });
    const line = "web: 2/2 (4–20), 1 unhealthy; steady since";
    expect(await said({ loadBalancers: [] }, { DescribeTasks })).toContain(line);
    const { calls, read } = aws({ DescribeTasks });
    expect(named(await read(), "web")).toMatchObject({ tasks: { unhealthy: 1 } });
    expect(calls.filter(({ name }) => name === "DescribeTasks")).toHaveLength(1);
  });

  test("if it is not deployed, or was deleted within the hour", async () => {
    expect(await said({ status: "INACTIVE" })).toContain("not deployed");
  });
});

test("of an environment that is not deployed, every line says so", async () => {
  const gone = (name: string) => () => {
    throw awsError(name);
  };
  const entries = await aws({
    DescribeServices: gone("ClusterNotFoundException"),
    ListTasks: gone("ClusterNotFoundException"),
    DescribeScalableTargets: () => ({}),
    GetQueueUrl: gone("QueueDoesNotExist"),
    ListExecutions: gone("StateMachineDoesNotExist"),
  }).read();
  expect(entries.map(({ deployed }) => deployed)).toEqual([false, false, false]);
  expect(entries.map(({ well }) => well)).toEqual([false, false, false]);
  for (const entry of entries) expect(statusLine(entry)).toContain("not deployed");
});

test("a job whose last run failed is not well, and one that has not run yet is", async () => {
  const failed = { ...run, status: "FAILED", error: "States.TaskFailed", cause: "no such file" };
  const ListExecutions = (input: object) => ({
    executions: "statusFilter" in input && input.statusFilter ? [] : [failed],
  });
  const entries = await aws({ ListExecutions, DescribeExecution: () => failed }).read();
  expect(named(entries, "nightly")).toMatchObject({ well: false });
  const none = await aws({ ListExecutions: () => ({}) }).read();
  const entry = named(none, "nightly");
  expect(entry).toMatchObject({ well: true, lastRun: undefined });
  expect(entry && statusLine(entry)).toContain("has not run yet");
});

test("the targets of all of a service's groups count, without those that stop", async () => {
  const groups = [{ targetGroupArn: "arn:one" }, {}, { targetGroupArn: "arn:two" }];
  const DescribeServices = () => ({ services: [{ ...web, loadBalancers: groups }, worker] });
  const unnamed = { TargetHealthDescriptions: [{}] };
  const { calls, read } = aws({
    DescribeServices,
    DescribeTargetHealth: ({ TargetGroupArn }) =>
      TargetGroupArn === "arn:one" ? healthy("healthy", "draining") : unnamed,
  });
  expect(named(await read(), "web")).toMatchObject({ targets: { healthy: 1, registered: 2 } });
  const asked = calls.filter(({ name }) => name === "DescribeTargetHealth");
  expect(asked.map(({ input }) => input)).toEqual([
    { TargetGroupArn: "arn:one" },
    { TargetGroupArn: "arn:two" },
  ]);
  const none = await aws({ DescribeServices, DescribeTargetHealth: () => ({}) }).read();
  expect(named(none, "web")).toMatchObject({ targets: { healthy: 0, registered: 0 } });
});

test("a job that AWS does not tell of is no job that is gone", async () => {
  const denied = awsError("AccessDeniedException", "not authorized");
  const ListExecutions = () => {
    throw denied;
  };
  await expect(aws({ ListExecutions }).read()).rejects.toBe(denied);
});

test("tasks are asked for in the environment's cluster, and not where there are none", async () => {
  const { calls, read } = aws({ ListTasks: () => ({ taskArns: [] }) });
  expect(named(await read(), "web")).toMatchObject({ versions: [] });
  const inputs = (name: string) =>
    calls.filter((call) => call.name === name).map(({ input }) => input);
  expect(inputs("ListTasks")).toEqual([expect.objectContaining({ cluster: "platform-dev" })]);
  expect(inputs("DescribeTasks")).toEqual([]);
  const answers = [{}, { tasks: undefined }].map((answer) => () => answer);
  for (const answer of answers) {
    const entries = await aws({ ListTasks: answer, DescribeTasks: answer }).read();
    expect(named(entries, "web")).toMatchObject({ versions: [], tasks: { unhealthy: 0 } });
  }
});

test("a denied request is no environment that is gone", async () => {
  const DescribeServices = () => {
    throw awsError("AccessDeniedException", "not authorized");
  };
  await expect(aws({ DescribeServices }).read()).rejects.toThrow("not authorized");
});
