import { HEALTH } from "../../spec/images";
import type { ServiceDiagnosis } from "./service-diagnosis";
import type { PendingTask } from "./pending-task";
import type { StoppedTask } from "./stopped-task";
import { eventFix, healthFix, taskFix } from "./task-fixes";
import { UNHEALTHY_SHOWN, type UnhealthyTask, unhealthyWords } from "./unhealthy-task";

/** Lines of a service; a terminal shows them without scrolling. */
const LINES = 20;

/** Lines of a stopped container that stay when others need the room. */
const LAST_LINES = 3;

/** Before each line of a container's log. */
const QUOTE = "  | ";

/** Characters of a log line that are shown; one line of JSON could fill a screen. */
const LINE = 300;

/** Whether all is well: every task is healthy and runs the deployed image. Some services may have no task. */
export function isWell(diagnosis: ServiceDiagnosis): boolean {
  const { tasks, deployments, unhealthyTasks, unhealthyTargets, image } = diagnosis;
  return (
    tasks !== undefined &&
    tasks.running >= tasks.desired &&
    deployments.every(({ rolloutState }) => rolloutState === "COMPLETED") &&
    unhealthyTasks.length === 0 &&
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
  const { service, serviceName, tasks, stoppedTask, pendingTasks } = diagnosis;
  const { unhealthyTasks, unhealthyTargets } = diagnosis;
  if (!tasks) {
    return [
      `${service}: the ECS service ${serviceName} does not exist; it was never deployed here or was removed`,
    ];
  }
  const { running, desired } = tasks;
  const run = waits(diagnosis)
    ? "no task runs, and ECS wants none: messages in its queues start one"
    : `${running} of ${desired} tasks run${unhealthyWords(unhealthyTasks.length)}`;
  const state = isWell(diagnosis) ? "is well" : "is not well";
  const lately = isWell(diagnosis) && stoppedTask ? ", but one failed within the last hour" : "";
  return fitting([
    `${service} ${state}: ${run}${lately}`,
    ...(stoppedTask ? describeTask(stoppedTask) : []),
    ...pendingTasks.flatMap(describePending),
    ...describeUnhealthy(diagnosis),
    ...unhealthyTargets.slice(0, 2).map((target) => `  unhealthy target: ${target}`),
    ...describeImage(diagnosis),
    ...(isWell(diagnosis) ? [] : describeDeployments(diagnosis)),
  ]);
}

/** Leaves out lines that do not fit: a container's oldest ones first, then those at the end. */
function fitting(lines: readonly string[]): string[] {
  const quotes = lines.filter((line) => line.startsWith(QUOTE));
  const oldest = Math.min(lines.length - LINES, quotes.length - LAST_LINES);
  const first = lines.findIndex((line) => line.startsWith(QUOTE));
  return lines.toSpliced(first, Math.max(0, oldest)).slice(0, LINES);
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
  return [...end, ...seen(health), `  stopped task: ${said}`, `  → ${taskFix(task)}`];
}

function describePending({ id, status, createdAt, waits }: PendingTask): string[] {
  const since = createdAt ? ` since ${createdAt.toISOString().slice(0, 19)}Z` : "";
  return [`  task ${id} is ${status}${since}`, ...waits.map((wait) => `    ${wait}`)];
}

/** The fix of a task that failed for the same reason is not repeated. */
function describeUnhealthy({ service, stoppedTask, unhealthyTasks }: ServiceDiagnosis): string[] {
  const shown = unhealthyTasks.slice(0, UNHEALTHY_SHOWN);
  const fixes = new Set(shown.map((task) => healthFix(service, failingIn(task, service))));
  if (stoppedTask) fixes.delete(taskFix(stoppedTask));
  return [
    ...shown.flatMap((task) => {
      const names = failingIn(task, service).join(" and ");
      const whose = names ? `the health of ${names}` : "its health";
      return [`  unhealthy task: ${task.id}: ${whose} is UNHEALTHY`, ...seen(task.health)];
    }),
    ...[...fixes].map((fix) => `  → ${fix}`),
  ];
}

/** The containers that fail; the one that asks for the service's health tells of the service. */
function failingIn({ containers }: UnhealthyTask, service: string): string[] {
  return [...new Set(containers.map((name) => (name === HEALTH ? service : name)))];
}

/** The last words of the container that asks for the service's health. */
function seen(health: string | undefined): string[] {
  return health === undefined ? [] : [`  its health: ${health.slice(0, LINE)}`];
}

/** Formats the last lines of a container's log for messages. */
export function quoted(log: readonly string[]): string[] {
  if (log.length === 0) return [`${QUOTE}(no output)`];
  return log.map((line) => `${QUOTE}${line.slice(0, LINE)}`);
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
