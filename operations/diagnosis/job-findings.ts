import type { Run } from "./executions";
import { endedTask } from "./ended-task";
import { describeTask } from "./findings";
import { type JobDiagnosis, hasSucceeded } from "./job-diagnosis";
import { RUNS } from "./last-run";

/** Characters of Step Functions' own words that are shown. */
const CAUSE = 300;

/** Whether the last run of a job is known to have succeeded, or goes on, or is still to come. */
export function isJobWell({ deployed, lastRun }: JobDiagnosis): boolean {
  if (!deployed || !lastRun) return deployed;
  return lastRun.run !== undefined && hasSucceeded(lastRun.run);
}

/** Describes a job, the cause first. */
export function jobFindings(diagnosis: JobDiagnosis): string[] {
  const { job, stateMachine, deployed, lastRun, stoppedTask } = diagnosis;
  if (!deployed) {
    return [
      `${job}: the state machine ${stateMachine} does not exist; the job was never deployed here or was removed`,
    ];
  }
  const state = isJobWell(diagnosis) ? "is well" : "is not well";
  if (!lastRun) return [`${job} ${state}: it has not run yet`];
  const { run, leftOut } = lastRun;
  if (!run) {
    return [
      leftOut < RUNS
        ? `${job} ${state}: ${leftOut === 1 ? "its only run was" : `its last ${leftOut} runs were all`} left out, and none goes on now`
        : `${job} may be well or not: its last ${leftOut} runs or more were all left out, and the one that went on is not found`,
      "  → npx platform run <environment> <job> starts a run now",
    ];
  }
  return [
    `${job} ${state}: its last run ${describeRun(run)}${skipped(leftOut)}`,
    ...(stoppedTask ? describeTask(stoppedTask) : []),
    ...(hasSucceeded(run) ? [] : [`  → ${runFix(run)}`]),
  ];
}

/** How a run ended: `failed after 12 s, 2026-01-01T02:30:00Z: its task failed`. */
export function describeRun(run: Run): string {
  const { status, startedAt, stoppedAt } = run;
  const start = startedAt ? `${startedAt.toISOString().slice(0, 19)}Z` : "an unknown time";
  if (status === "RUNNING") return `goes on since ${start}`;
  const took = startedAt && stoppedAt ? ` after ${duration(startedAt, stoppedAt)}` : "";
  const why = whyItEnded(run);
  return `${ENDS[status] ?? status}${took}; it started at ${start}${why ? `: ${why}` : ""}`;
}

const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "reached its time limit",
  ABORTED: "was stopped",
};

/** What Step Functions says about the end of a run that did not succeed, in plain words. */
function whyItEnded({ status, error = "", cause = "" }: Run): string {
  if (status === "SUCCEEDED") return "";
  if (error === "States.Timeout") return "it took longer than schedule.limitMinutes allows";
  // The stopped task tells the rest.
  if (endedTask(cause)) return "its task failed";
  return [error, cause.slice(0, CAUSE)].filter(Boolean).join(": ");
}

/** The next step after a run that did not succeed. */
function runFix({ status, error = "" }: Run): string {
  if (error === "States.Timeout" || status === "TIMED_OUT")
    return "raise schedule.limitMinutes in services/index.ts, or find out in its log what takes so long";
  if (status === "ABORTED")
    return "somebody stopped it: npx platform run <environment> <job> starts another run";
  if (/AccessDenied|not authorized/i.test(error))
    return "the role of its runs may not start the task: deploy `platform` again";
  return "fix it and deploy again; npx platform run <environment> <job> starts a run now";
}

function skipped(count: number): string {
  if (count === 0) return "";
  const many = count < RUNS ? String(count) : `${count} or more`;
  return `, and ${count === 1 ? "one later run was" : `${many} later runs were`} left out because it went on`;
}

function duration(from: Date, to: Date): string {
  const seconds = Math.round((to.getTime() - from.getTime()) / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
