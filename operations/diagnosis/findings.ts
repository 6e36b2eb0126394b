import type { ServiceDiagnosis } from "./service-diagnosis";
import type { PendingTask } from "./pending-task";
import type { StoppedTask } from "./stopped-task";
import { eventFix, taskFix } from "./task-fixes";

/** Characters of a log line that are shown; one line of JSON could fill a screen. */
const LINE = 300;

/** Whether all is well: every task runs and runs the deployed image. Some services may have no task. */
export function isWell(diagnosis: ServiceDiagnosis): boolean {
  const { tasks, deployments, unhealthyTargets, image } = diagnosis;
  return (
    tasks !== undefined &&
    tasks.running >= tasks.desired &&
    deployments.every(({ rolloutState }) => rolloutState === "COMPLETED") &&
    unhealthyTargets.length === 0 &&
    (waits(diagnosis) || image.running.length === 1) &&
    image.running.every((digest) => digest === image.expected) &&
    (waits(diagnosis) || tasks.desired > 0)
  );
}

/** Whether ECS wants no task of it, as it may while its queues are empty. They are not asked. */
function waits({ tasks, mayHaveNone }: ServiceDiagnosis): boolean {
  return mayHaveNone && tasks?.desired === 0;
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
  const run = waits(diagnosis)
    ? "no task runs, and ECS wants none: messages in its queues start one"
    : `${running} of ${desired} tasks run`;
  const state = isWell(diagnosis) ? "is well" : "is not well";
  const lately = isWell(diagnosis) && stoppedTask ? ", but one failed within the last hour" : "";
  return [
    `${service} ${state}: ${run}${lately}`,
    ...(stoppedTask ? describeTask(stoppedTask) : []),
    ...pendingTasks.flatMap(describePending),
    ...unhealthyTargets.slice(0, 2).map((target) => `  unhealthy target: ${target}`),
    ...describeImage(diagnosis),
    ...(isWell(diagnosis) ? [] : describeDeployments(diagnosis)),
  ];
}

/** Describes a stopped task: what ended, its last lines, and what to do. */
export function describeTask(task: StoppedTask): string[] {
  const { taskDefinition, stoppedAt, reason, health, container } = task;
  const { name, exitCode, log } = container;
  const time = stoppedAt ? ` at ${stoppedAt.toISOString().slice(0, 19)}Z` : "";
  const said = `${reason} ${container.reason ?? ""}`.trimEnd();
  const of = `${time} (${taskDefinition})`;
  const end =
    exitCode === undefined
      ? [`  ${name} did not run${of}`]
      : [`  ${name} exited with ${exitCode}${of}. Its last lines:`, ...quoted(log)];
  const seen = health === undefined ? [] : [`  its health: ${health.slice(0, LINE)}`];
  return [...end, ...seen, `  stopped task: ${said}`, `  → ${taskFix(task)}`];
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
  const fix = eventFix(events);
  return [
    ...deployments.map(({ status, rolloutState, rolloutStateReason, taskDefinition }) =>
      `  deployment ${status} ${taskDefinition} ${rolloutState}: ${rolloutStateReason}`.trimEnd(),
    ),
    ...events.map((event) => `  ${event}`),
    ...(fix === undefined ? [] : [`  → ${fix}`]),
  ];
}
