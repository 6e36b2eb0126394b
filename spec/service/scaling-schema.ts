import * as z from "zod/mini";
import { cronProblem } from "../cron";
import { entry, given, rule, whole } from "../schema";
import { timeZoneProblem } from "../time-zone";
import type { Cooldown, Scaling, ScheduledRange, TaskRange } from "./scaling";

/** AWS allows 200 scheduled actions for a service, and names each by its place. */
const MOST_TIMES = 200;

const number = rule<number>("a number", (value) => typeof value === "number");

function numberFrom(least: number, most: number, what: string) {
  return whole(`a whole number from ${least} to ${most}${what}`, least, most);
}

/** Below, an idle service would already be too busy; above, a task is slow before another one has started. */
const percent = numberFrom(10, 90, ", in percent");

const range = z.custom<TaskRange, TaskRange>(isRange, {
  error: (issue) => {
    // What the first half of the pipe lets through.
    const { min, max } = issue.input as TaskRange;
    return `is ${min} to ${max}; both must be whole numbers, min at most max, max from 1 to 100`;
  },
});

const cooldown = entry<Cooldown>()("seconds such as { outSeconds: 60, inSeconds: 300 }", {
  outSeconds: z.exactOptional(numberFrom(0, 3600, " seconds")),
  inSeconds: z.exactOptional(numberFrom(0, 3600, " seconds")),
});

/** A text for which a function finds no problem. */
function checked(problem: (text: string) => string | undefined, allowed: string) {
  return z.custom<string>((value) => typeof value === "string" && problem(value) === undefined, {
    error: ({ input }) => {
      if (typeof input !== "string") return `${given(input)}; it must be ${allowed}`;
      return `${given(input)}; ${problem(input) ?? ""}`;
    },
  });
}

/** The words of a `ScheduledRange`, before it is known that exactly one of the two times is there. */
interface TimedRange extends TaskRange {
  readonly cron?: string;
  readonly at?: string;
  readonly timeZone?: string;
}

const timed = z.pipe(
  entry<TimedRange>()(
    'a time and its range such as { cron: "0 8 ? * MON-FRI *", min: 4, max: 20 }',
    {
      cron: z.exactOptional(checked(cronFault, 'six fields such as "0 8 ? * MON-FRI *"')),
      at: z.exactOptional(checked(dateFault, 'a time such as "2026-12-24T18:00:00"')),
      timeZone: z.exactOptional(checked(timeZoneProblem, "the name of a time zone")),
      min: number,
      max: number,
    },
  ),
  z.pipe(
    z.custom<TimedRange, TimedRange>(
      ({ cron, at }) => (cron === undefined) !== (at === undefined),
      {
        error: "must have either cron or at",
      },
    ),
    range,
  ),
  // The second half of the pipe has shown that it has one time.
) as unknown as z.ZodMiniType<ScheduledRange>;

const schedule = z.readonly(
  z
    .array(timed, {
      error: ({ input }) => `${given(input)}; it must be a list of times and ranges`,
    })
    .check(z.maxLength(MOST_TIMES, { error: `has more than ${MOST_TIMES} times` })),
);

/** The schema of `Scaling`. `scalingProblems` compares it with the other words of the service. */
export const scaling = z.pipe(
  entry<Scaling>()("a range such as { min: 2, max: 10 }", {
    min: number,
    max: number,
    cpu: z.exactOptional(percent),
    memory: z.exactOptional(percent),
    requests: z.exactOptional(numberFrom(1, 1_000_000, " requests in a minute")),
    backlog: z.exactOptional(numberFrom(1, 1_000_000, " messages for each task")),
    schedule: z.exactOptional(schedule),
    cooldown: z.exactOptional(cooldown),
  }),
  range,
  // The range says nothing of the other words, which the first half of the pipe has checked.
) as unknown as z.ZodMiniType<Scaling>;

function isRange({ min, max }: TaskRange): boolean {
  return [min, max].every(Number.isInteger) && min >= 0 && max >= Math.max(min, 1) && max <= 100;
}

function cronFault(text: string): string | undefined {
  const wrapped = /^cron\((.*)\)$/.exec(text)?.[1];
  if (wrapped !== undefined) return `write it without cron(…): ${JSON.stringify(wrapped)}`;
  const problem = cronProblem(text);
  return problem === undefined ? undefined : `it ${problem}, such as "0 8 ? * MON-FRI *"`;
}

/** A time without a zone: `timeZone` is its zone. */
function dateFault(text: string): string | undefined {
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && !isNaN(Date.parse(`${text}Z`));
  // JavaScript takes the 31st of a short month for the first of the next one.
  const exists = isDate && new Date(`${text}Z`).toISOString().startsWith(text);
  return exists
    ? undefined
    : "it must be a date and a time that exist, without a zone: 2026-12-24T18:00:00";
}
