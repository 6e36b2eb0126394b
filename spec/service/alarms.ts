import * as z from "zod/mini";
import { entry, rule, whole } from "../schema";

/** The thresholds of what receives a queue. */
export interface QueueAlarms {
  /**
   * How old the oldest message of a queue may be that it `receives`, in seconds: 1 to 604,800; `false`
   * for no such alarm. @default the time of all attempts at a message (`workSeconds` times `attempts`) and
   * of a deployment: until then, a message that waits is no sign of a fault. None for a job, which
   * empties its queues at its times
   */
  readonly oldestMessageSeconds?: number | false;
}

/** The thresholds of an HTTP service. */
export interface HttpAlarms extends QueueAlarms {
  /**
   * The percentage of its answers that may have a 5xx status, in minutes of at least 20 requests: 0 to
   * 99; `false` for no such alarm. Only for a service with a `path`.
   * @default 5, which two failed requests of twenty exceed, but not a single one
   */
  readonly errorPercent?: number | false;
  /**
   * What 95 % of its answers may take, in seconds, in minutes of at least 20 requests: 0.01 to 60, after
   * which the load balancer gives up; `false` for no such alarm. Only for a service with a `path`.
   * @default 1, up to which a person does not lose the thread
   */
  readonly slowSeconds?: number | false;
}

/** The thresholds of a job. */
export interface JobAlarms extends QueueAlarms {
  /**
   * The number of failed runs that is an alarm: 1 to 100, within the time from one start to the next, but
   * at least an hour; within a day for a `cron`. @default 1
   */
  readonly failedRuns?: number;
}

/** All thresholds, of which a service has those of its kind. */
export interface AlarmThresholds extends HttpAlarms, JobAlarms {}

/** The thresholds that a service leaves out. */
export const ALARM_DEFAULTS = {
  errorPercent: 5,
  slowSeconds: 1,
  failedRuns: 1,
} as const satisfies AlarmThresholds;

/** Longer than a queue keeps messages. */
const OLDEST_SECONDS = 604_800;

const words = {
  oldestMessageSeconds: z.exactOptional(
    orNone(`a whole number of seconds from 1 to ${OLDEST_SECONDS}`, (value) => {
      return Number.isInteger(value) && value >= 1 && value <= OLDEST_SECONDS;
    }),
  ),
};

const httpWords = {
  ...words,
  errorPercent: z.exactOptional(
    orNone("a percentage from 0 to 99", (value) => value >= 0 && value <= 99),
  ),
  slowSeconds: z.exactOptional(
    orNone("a number of seconds from 0.01 to 60", (value) => value >= 0.01 && value <= 60),
  ),
};

const jobWords = {
  ...words,
  failedRuns: z.exactOptional(whole("a whole number of runs from 1 to 100", 1, 100)),
};

/** The schema of a worker's `alarms`. */
export const queueAlarms = entry<QueueAlarms>()(
  "thresholds such as { oldestMessageSeconds: 3600 }",
  words,
);

/** The schema of an HTTP service's `alarms`. */
export const httpAlarms = entry<HttpAlarms>()("thresholds such as { errorPercent: 2 }", httpWords);

/** The schema of a job's `alarms`. */
export const jobAlarms = entry<JobAlarms>()("thresholds such as { failedRuns: 3 }", jobWords);

/** The schema of what an environment says about a service of any kind. */
export const alarmThresholds = entry<AlarmThresholds>()("thresholds such as { errorPercent: 2 }", {
  ...httpWords,
  ...jobWords,
});

function orNone(allowed: string, test: (value: number) => boolean) {
  return rule<number | false>(
    `${allowed}, or false for no such alarm`,
    (value) => value === false || (typeof value === "number" && test(value)),
  );
}
