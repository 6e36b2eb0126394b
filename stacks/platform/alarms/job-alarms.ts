import type { Construct } from "constructs";
import { ALARM_DEFAULTS } from "../../../spec/service/alarms";
import type { Job } from "../../../spec/service/spec";
import { type AlarmPlace, createAlarm } from "./alarm";
import { runMetrics } from "./metrics";

const HOUR_SECONDS = 3600;

/**
 * The alarm of a job. A run that is stopped is no failure: `npx platform run` stops one on Ctrl-C, and a
 * deployment those of a job that leaves.
 *
 * @param runs the ARN of its state machine
 */
export function createJobAlarm(scope: Construct, place: AlarmPlace, job: Job, runs: string) {
  const { failed, timedOut } = runMetrics(runs);
  const { failedRuns } = { ...ALARM_DEFAULTS, ...job.alarms };
  return createAlarm(scope, place, {
    kind: "failed-runs",
    metrics: { failed, timedOut },
    expression: "FILL(failed, 0) + FILL(timedOut, 0)",
    threshold: failedRuns,
    inclusive: true,
    periodSeconds: windowSeconds(job.schedule, failedRuns),
    periods: { beyond: 1, of: 1 },
    // A time without a run is no fault.
    missing: "notBreaching",
  });
}

/**
 * Of as many runs as have to fail, until the next one has begun. An hour at least, or each failure of a frequent job would be two messages; and a day at most, which is
 * the longest that CloudWatch evaluates each minute.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function windowSeconds({ everyMinutes }: Job["schedule"], runs: number): number {
  const day = 24 * HOUR_SECONDS;
  if (everyMinutes === undefined) return day;
  return Math.min(Math.max(runs * everyMinutes * 60, HOUR_SECONDS), day);
}
