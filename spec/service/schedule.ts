import * as z from "zod/mini";
import { cronProblem } from "../cron";
import { entry, given, rule, whole } from "../schema";
import { timeZoneProblem } from "../time-zone";

/** When a job starts, and how long it may take. */
export interface Schedule {
  /**
   * The times as EventBridge Scheduler writes them: minutes, hours, day of month, month, day of week,
   * year, with `?` for one of the two days: `"30 2 * * ? *"` is every night at half past two.
   *
   * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
   */
  readonly cron?: string;
  /** Minutes between two starts, instead of `cron`. */
  readonly everyMinutes?: number;
  /** The zone of the times in `cron`, with its summer time, such as `"Europe/Zurich"`. @default UTC */
  readonly timeZone?: string;
  /** How many minutes a run may take before it is stopped: 1 to 1440. @default 60 */
  readonly limitMinutes?: number;
  /** How often a failed run is tried again, at first after a minute: 0 to 5. @default 0 */
  readonly retries?: number;
  /** Whether a run starts although the one before has not ended. @default false: it is left out */
  readonly overlap?: boolean;
}

const cron = z.custom<string>(
  (value) => typeof value === "string" && cronProblem(value) === undefined,
  { error: ({ input }) => `${given(input)}; it ${cronFault(input)}` },
);

const timeZone = z.custom<string>(
  (value) => typeof value === "string" && timeZoneProblem(value) === undefined,
  {
    error: ({ input }) =>
      `${given(input)}; ${typeof input === "string" ? timeZoneProblem(input) : "it must be the name of a time zone"}`,
  },
);

const words = entry<Schedule>()('a schedule such as { cron: "30 2 * * ? *" }', {
  cron: z.exactOptional(cron),
  everyMinutes: z.exactOptional(numberOf("minutes", 1, 44_640)),
  timeZone: z.exactOptional(timeZone),
  limitMinutes: z.exactOptional(numberOf("minutes", 1, 1440)),
  retries: z.exactOptional(numberOf("retries", 0, 5)),
  overlap: z.exactOptional(rule<boolean>("true or false", (value) => typeof value === "boolean")),
});

/** The schema of a job's schedule. */
export const schedule = z.pipe(
  words,
  z.custom<Schedule, Schedule>(
    ({ cron, everyMinutes, timeZone }: Schedule) =>
      (cron === undefined) !== (everyMinutes === undefined) &&
      (timeZone === undefined || cron !== undefined),
    {
      error: ({ input }) =>
        `${given(input)}; it must have either cron or everyMinutes, and timeZone only beside cron`,
    },
  ),
);

function numberOf(unit: string, least: number, most: number) {
  return whole(`a whole number of ${unit} from ${least} to ${most}`, least, most);
}

function cronFault(value: unknown): string {
  if (typeof value !== "string") return 'must be six fields such as "30 2 * * ? *"';
  const [minutes, hours, day, month, weekday, ...more] = value.split(" ");
  // AWS counts days of the week from 1, cron from 0, so only the other fields can be carried over.
  const carried = weekday === "*" && more.length === 0;
  const six = carried ? [minutes, hours, day, month, "?", "*"].join(" ") : "30 2 * * ? *";
  return `${cronProblem(value)}, such as "${six}"`;
}

/** The schedule as EventBridge Scheduler writes it. */
export function scheduleExpression({ cron, everyMinutes }: Schedule): string {
  if (cron !== undefined) return `cron(${cron})`;
  return `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`;
}

/** A job's limits, with the defaults for those that it leaves out. */
export function jobLimitsOf({ limitMinutes = 60, retries = 0, overlap = false }: Schedule) {
  return { limitMinutes, retries, overlap };
}
