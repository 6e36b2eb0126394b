import * as z from "zod/mini";
import { entry, given, rule } from "../schema";

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

const FIELDS = ["minutes", "hours", "day of month", "month", "day of week", "year"] as const;

/** What each field may consist of: numbers, ranges, steps and lists, and names where there are some. */
const FIELD_PATTERNS = [
  /^[\d*,/-]+$/,
  /^[\d*,/-]+$/,
  /^([\d*,/-]+|\?|L|LW|\d{1,2}W)$/,
  /^([\d*,/-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)+$/,
  /^(([\d*,/-]|SUN|MON|TUE|WED|THU|FRI|SAT)+|\?|[1-7]?L|[1-7]#[1-5])$/,
  /^[\d*,/-]+$/,
];

const cron = z.custom<string>((value) => typeof value === "string" && isCron(value), {
  error: ({ input }) => `${given(input)}; ${cronProblem(input)}`,
});

const timeZone = rule<string>(
  "a time zone such as Europe/Zurich, or UTC",
  (value) => typeof value === "string" && isTimeZone(value),
);

const words = entry<Schedule>()('a schedule such as { cron: "30 2 * * ? *" }', {
  cron: z.exactOptional(cron),
  everyMinutes: z.exactOptional(whole("minutes", 1, 44_640)),
  timeZone: z.exactOptional(timeZone),
  limitMinutes: z.exactOptional(whole("minutes", 1, 1440)),
  retries: z.exactOptional(whole("retries", 0, 5)),
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

function whole(unit: string, least: number, most: number) {
  return rule<number>(
    `a whole number of ${unit} from ${least} to ${most}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

function isCron(value: string): boolean {
  const fields = value.split(" ");
  const oneDay = [fields[2], fields[4]].filter((day) => day === "?").length === 1;
  return (
    fields.length === FIELDS.length &&
    oneDay &&
    FIELD_PATTERNS.every((pattern, index) => pattern.test(fields[index] ?? ""))
  );
}

function cronProblem(value: unknown): string {
  const form = `it must be six fields, ${FIELDS.join(", ")}, with ? for one of the two days: "30 2 * * ? *"`;
  const fields = typeof value === "string" ? value.split(" ") : [];
  const [minutes, hours, day, month, weekday] = fields;
  if (fields.length !== 5 || (day !== "*" && weekday !== "*")) return form;
  // AWS counts days of the week from 1, cron from 0, so only the other fields can be carried over.
  if (weekday !== "*") return form;
  return `${form}. The five fields of cron would be "${[minutes, hours, day, month, "?", "*"].join(" ")}"`;
}

/** A zone that JavaScript knows; EventBridge Scheduler takes the same names. */
function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return /^[A-Z]/.test(value);
  } catch {
    return false;
  }
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
