/** The number of a service's tasks, and what changes it. An environment's replaces all of the catalogue's. */
export interface Scaling extends TaskRange {
  /**
   * The average CPU of all tasks, in percent, above which tasks are added: 10 to 90.
   * @default 70; with a backlog, not scaled by CPU
   */
  readonly cpu?: number;
  /**
   * The average memory of all tasks, in percent, above which tasks are added: 10 to 90.
   * @default 80; with a backlog, not scaled by memory
   */
  readonly memory?: number;
  /**
   * Requests that the load balancer sends to each task in a minute, above which tasks are added. Only for
   * a service with a `path`. @default not scaled by requests
   */
  readonly requests?: number;
  /**
   * Messages for each task, above which tasks are added: 1 to 1,000,000. All in the queues that the service
   * `receives` are counted, waiting or being worked on, and tasks that start as well as those that run. It is
   * the longest that a message may wait, divided by the time that a task needs for one. Only for a service
   * with `receives`, of at most 4 queues.
   *
   * It then replaces CPU and memory, unless they are given: a worker that waits for others is idle while its
   * queue grows, and a task is removed only if every number allows it. With it, a worker may have a `min` of
   * 0: its last task stops after 15 minutes without a message, and the next message in any of the queues
   * starts one. AWS waits for the first number that shows it, and adds more tasks once that one runs.
   * @default not scaled by messages
   *
   * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html (from 0)
   */
  readonly backlog?: number;
  /** Times at which another range begins, until the next of them. @default the same range at all times */
  readonly schedule?: readonly ScheduledRange[];
  /**
   * The least time between two changes of the number.
   * @default 60 seconds after tasks were added, or 300 with a `min` of 0, and 300 after some were removed
   */
  readonly cooldown?: Cooldown;
}

/** From the lowest number of tasks to the highest: 1 to 100, and from 0 for a worker with a backlog. */
export interface TaskRange {
  readonly min: number;
  readonly max: number;
}

/** A range of tasks and the time at which it begins: `{ cron: "0 8 ? * MON-FRI *", min: 4, max: 20 }`. */
export type ScheduledRange = TaskRange & {
  /** An IANA name such as `Europe/Berlin`; the clock of the time. @default UTC */
  readonly timeZone?: string;
} & (
    | {
        /** Six fields of AWS: minutes, hours, day of month, month, day of week, year. */
        readonly cron: string;
        readonly at?: never;
      }
    | {
        /** Once: `2026-12-24T18:00:00`. */
        readonly at: string;
        readonly cron?: never;
      }
  );

/** Seconds that pass after a change of the number before the next one: 0 to 3600. */
export interface Cooldown {
  /** After tasks were added; only what is more than those is added sooner. @default 60; with a `min` of 0, 300 */
  readonly outSeconds?: number;
  /** After tasks were removed. @default 300 */
  readonly inSeconds?: number;
}

/** The values that a service's scaling leaves out. */
export const SCALING_DEFAULTS = { cpu: 70, memory: 80, outSeconds: 60, inSeconds: 300 } as const;

/**
 * For as long as the first task starts, and until its number is reported, nothing shows whether it is enough:
 * minutes for Fargate, and some for the metric.
 */
const OUT_SECONDS_FROM_NONE = 300;

/** The highest `min` and the highest `max` of all times: what a quota must allow. */
export function busiestRange({ min, max, schedule = [] }: Scaling): TaskRange {
  return {
    min: Math.max(min, ...schedule.map((each) => each.min)),
    max: Math.max(max, ...schedule.map((each) => each.max)),
  };
}

/** The lowest `min` of all times: how few tasks there may be, 0 included. */
export function fewestTasks({ min, schedule = [] }: Scaling): number {
  return Math.min(min, ...schedule.map((each) => each.min));
}

/** The seconds between two changes, those that are left out included. */
export function cooldownOf(scaling: Scaling): Required<Cooldown> {
  const { outSeconds, inSeconds } = SCALING_DEFAULTS;
  return {
    outSeconds: fewestTasks(scaling) === 0 ? OUT_SECONDS_FROM_NONE : outSeconds,
    inSeconds,
    ...scaling.cooldown,
  };
}

/** What AWS is told for a time: `cron(0 8 ? * MON-FRI *)` or `at(2026-12-24T18:00:00)`. */
export function scheduleExpression({ cron, at }: ScheduledRange): string {
  return cron === undefined ? `at(${at})` : `cron(${cron})`;
}
