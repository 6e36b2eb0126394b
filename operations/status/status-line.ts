import { unhealthyWords } from "../diagnosis/unhealthy-task";
import type { DeploymentStatus, QueueStatus, StatusEntry, TaskCount } from "./entry";

/** The columns of `statusCells`. */
export const COLUMNS = ["service", "tasks", "state", "runs", "targets", "queues"] as const;

/** The status of a service or job in words, a cell for each column. */
export function statusCells(entry: StatusEntry): string[] {
  const queues = entry.queues.map(queueWords).join(", ");
  if (entry.kind === "job") return [entry.name, "a job", jobWords(entry), "", "", queues];
  const { name, tasks, deployment, versions, targets } = entry;
  return [
    name,
    taskWords(tasks),
    deploymentWords(deployment),
    versions.join(" and ") || "nothing",
    targets ? `${targets.healthy} of ${targets.registered} healthy` : "",
    queues,
  ];
}

/** The status in one line, for output that is no terminal. */
export function statusLine(entry: StatusEntry): string {
  const [name = "", ...cells] = statusCells(entry);
  return `${name}: ${cells.filter(Boolean).join("; ")}`;
}

/** `2/2 (2–10), 1 unhealthy` */
function taskWords({ running, desired, unhealthy, range }: TaskCount): string {
  const limits = range ? `${range.min}–${range.max}` : "not scaled";
  return `${running}/${desired} (${limits})${unhealthyWords(unhealthy)}`;
}

function deploymentWords({ state, since, reason }: DeploymentStatus): string {
  const time = since === undefined ? "" : ` since ${since.slice(0, 19)}Z`;
  return `${state}${time}${reason ? `: ${reason}` : ""}`;
}

function jobWords({
  deployed,
  lastRun,
}: {
  deployed: boolean;
  lastRun: string | undefined;
}): string {
  if (!deployed) return "not deployed";
  return lastRun === undefined ? "has not run yet" : `its last run ${lastRun}`;
}

function queueWords({ name, waiting, deadLetters }: QueueStatus): string {
  return `${name}: ${waiting} waiting, ${deadLetters} dead`;
}
