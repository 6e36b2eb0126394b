const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
const MINUTES_OF_MONTH = 730 * 60;
const DAY_MS = 86_400_000;

/**
 * How often a schedule starts in a month, as the average of the year from a day on. A single time, `at(…)`,
 * counts as none.
 *
 * @param expression `rate(5 minutes)`, or `cron(…)` with the six fields of AWS, which is known to be valid
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function runsAMonth(expression: string, start: Date): number {
  const [, every, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (every !== undefined) return MINUTES_OF_MONTH / (Number(every) * (MINUTES[unit] ?? 1));
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(" ");
  if (!fields) return 0;
  const [minutes = "", hours = "", ...days] = fields;
  const from = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  const year = [...Array(365).keys()].map((day) => new Date(from + day * DAY_MS));
  const starts = year.filter((day) => isDay(day, days)).length;
  return (starts * inField(hours, 0, 23).length * inField(minutes, 0, 59).length) / 12;
}

function isDay(day: Date, [ofMonth = "", month = "", ofWeek = "", year = ""]: string[]): boolean {
  return (
    inField(month, 1, 12, MONTHS).includes(day.getUTCMonth() + 1) &&
    inField(year, 1970, 2199).includes(day.getUTCFullYear()) &&
    (ofWeek === "?" ? isDayOfMonth(day, ofMonth) : isDayOfWeek(day, ofWeek))
  );
}

function isDayOfMonth(day: Date, field: string): boolean {
  const date = day.getUTCDate();
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  if (field === "L") return date === last;
  if (field === "LW") return date === nearestWeekday(day, last, last);
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near !== undefined)
    return Number(near) <= last && date === nearestWeekday(day, Number(near), last);
  return inField(field, 1, 31).includes(date);
}

/** The day from Monday to Friday that is nearest to a date, in the same month. */
function nearestWeekday(day: Date, date: number, last: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date > 1 ? date - 1 : date + 2;
  if (weekday === 0) return date < last ? date + 1 : date - 2;
  return date;
}

function isDayOfWeek(day: Date, field: string): boolean {
  const weekday = day.getUTCDay() + 1;
  const date = day.getUTCDate();
  if (field === "L") return weekday === 7;
  const [, lastOf] = /^([1-7])L$/.exec(field) ?? [];
  if (lastOf !== undefined) {
    const next = new Date(day.getTime() + 7 * DAY_MS);
    return weekday === Number(lastOf) && next.getUTCMonth() !== day.getUTCMonth();
  }
  const [, of = "", nth] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (nth !== undefined) {
    return inField(of, 1, 7, DAYS).includes(weekday) && Math.ceil(date / 7) === Number(nth);
  }
  return inField(field, 1, 7, DAYS).includes(weekday);
}

/** The numbers of a field: `*`, `5`, `1-5`, `MON`, `0/15`, or several of them. */
function inField(
  field: string,
  least: number,
  most: number,
  words: readonly string[] = [],
): number[] {
  const numberOf = (text: string) =>
    words.includes(text) ? words.indexOf(text) + 1 : Number(text);
  const numbers = field.split(",").flatMap((part) => {
    const [range = "", step] = part.split("/");
    const [first = "", last] = range === "*" ? [String(least), String(most)] : range.split("-");
    const from = numberOf(first);
    const to = numberOf(last ?? (step === undefined ? first : String(most)));
    const every = Number(step ?? 1);
    return [...Array(Math.max(0, to - from + 1)).keys()]
      .filter((offset) => offset % every === 0)
      .map((offset) => from + offset);
  });
  return [...new Set(numbers)];
}
