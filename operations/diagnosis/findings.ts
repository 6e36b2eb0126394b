import type { ServiceDiagnosis } from "./service-diagnosis";
import { PREPARATION_SECONDS } from "../../spec/limits";
import type { PendingTask } from "./pending-task";
import type { StoppedTask } from "./stopped-task";

/** Characters of a log line that are shown; one line of JSON could fill a screen. */
const LINE = 300;

/** The fix for each ECS message; the first match applies. */
const MENDS: readonly (readonly [RegExp, string])[] = [
  [
    /OutOfMemory|OOM/i,
    "the task needs more memory: raise `size.memory` in services/index.ts, or find out what uses it",
  ],
  [
    /CannotPull|pull image/i,
    "the image cannot be pulled: deploy `images` again, and check that the tasks can reach ECR",
  ],
  [
    /connection issue between the task and/i,
    "the task cannot reach AWS: its subnet needs a default route through a NAT gateway, and its security group an outbound rule",
  ],
  [
    /ResourceInitializationError|secret/i,
    "a secret or the log group is not accessible: deploy `platform` again, and check that it still exists",
  ],
  [
    /ordering dependency.* for target \[(?!ready\b).*timed out/i,
    `it must end within ${PREPARATION_SECONDS} s, before the service starts: its last lines show how far it got`,
  ],
  [
    /ordering dependency.* did not exit successfully/i,
    "a container that must run before the service failed; fix it and deploy again",
  ],
  [
    /health check|ordering dependency/i,
    "it runs but does not answer its health path in time: check `health` in services/index.ts and its log",
  ],
  [
    /exit code 137/,
    "it was killed, by a user or because it exceeded `size.memory` in services/index.ts",
  ],
  [/./, "its last lines show why; fix it and deploy again"],
];

/** Whether all is well: every task runs and runs the deployed image. */
export function isWell({ tasks, deployments, unhealthyTargets, image }: ServiceDiagnosis): boolean {
  return (
    tasks !== undefined &&
    tasks.desired > 0 &&
    tasks.running >= tasks.desired &&
    deployments.every(({ rolloutState }) => rolloutState === "COMPLETED") &&
    unhealthyTargets.length === 0 &&
    image.running.length === 1 &&
    image.running[0] === image.expected
  );
}

/** Describes a service in at most 20 lines, the cause first. */
export function findings(diagnosis: ServiceDiagnosis): string[] {
  const { service, serviceName, tasks, stoppedTask, pendingTasks, unhealthyTargets } = diagnosis;
  if (!tasks) {
    return [
      `${service}: the ECS service ${serviceName} does not exist; it was never deployed here or was removed`,
    ];
  }
  const { running, desired } = tasks;
  const state = isWell(diagnosis) ? "is well" : "is not well";
  const lately = isWell(diagnosis) && stoppedTask ? ", but one failed within the last hour" : "";
  return [
    `${service} ${state}: ${running} of ${desired} tasks run${lately}`,
    ...(stoppedTask ? describeTask(stoppedTask) : []),
    ...pendingTasks.flatMap(describePending),
    ...unhealthyTargets.slice(0, 2).map((target) => `  unhealthy target: ${target}`),
    ...describeImage(diagnosis),
    ...(isWell(diagnosis) ? [] : describeDeployments(diagnosis)),
  ];
}

function describeTask({ taskDefinition, stoppedAt, reason, container }: StoppedTask): string[] {
  const { name, exitCode, log } = container;
  const time = stoppedAt ? ` at ${stoppedAt.toISOString().slice(0, 19)}Z` : "";
  const said = `${reason} ${container.reason ?? ""}`.trimEnd();
  const known = `${said} exit code ${exitCode ?? "none"}`;
  const fix = MENDS.find(([pattern]) => pattern.test(known))?.[1] ?? "";
  const of = `${time} (${taskDefinition})`;
  const end =
    exitCode === undefined
      ? [`  ${name} did not run${of}`]
      : [`  ${name} exited with ${exitCode}${of}. Its last lines:`, ...quoted(log)];
  return [...end, `  stopped task: ${said}`, `  → ${fix}`];
}

function describePending({ id, status, createdAt, waits }: PendingTask): string[] {
  const since = createdAt ? ` since ${createdAt.toISOString().slice(0, 19)}Z` : "";
  return [`  task ${id} is ${status}${since}`, ...waits.map((wait) => `    ${wait}`)];
}

/** Formats the last lines of a container's log for messages. */
export function quoted(log: readonly string[]): string[] {
  if (log.length === 0) return ["  | (no output)"];
  return log.map((line) => `  | ${line.slice(0, LINE)}`);
}

function describeImage({ image: { expected, running } }: ServiceDiagnosis): string[] {
  const others = running.filter((digest) => digest !== expected);
  if (others.length === 0) return [];
  return [`  runs ${others.join(" and ")}, but ${expected} was deployed`];
}

function describeDeployments({ deployments, events }: ServiceDiagnosis): string[] {
  return [
    ...deployments.map(({ status, rolloutState, rolloutStateReason, taskDefinition }) =>
      `  deployment ${status} ${taskDefinition} ${rolloutState}: ${rolloutStateReason}`.trimEnd(),
    ),
    ...events.map((event) => `  ${event}`),
  ];
}
