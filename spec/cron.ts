/** One field of a cron expression. */
interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Words for the numbers, from the least. */
  readonly words?: readonly string[];
  /** What stands for itself, besides `*`, numbers, ranges and steps. */
  readonly special?: RegExp;
  /** Whether a value may have steps: `0/15`. */
  readonly steps: boolean;
}

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

const FIELDS: readonly Field[] = [
  { name: "minutes", least: 0, most: 59, steps: true },
  { name: "hours", least: 0, most: 23, steps: true },
  {
    name: "day of month",
    least: 1,
    most: 31,
    special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/,
    steps: true,
  },
  { name: "month", least: 1, most: 12, words: MONTHS, steps: true },
  {
    name: "day of week",
    least: 1,
    most: 7,
    words: DAYS,
    special: /^(\?|L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$/,
    steps: false,
  },
  { name: "year", least: 1970, most: 2199, steps: true },
];

/**
 * Why AWS would refuse a cron expression; `undefined` if it accepts it. It has six fields, unlike the
 * cron of Linux, and one of the two days must be `?`.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
export function cronProblem(expression: string): string | undefined {
  const fields = expression.split(" ");
  if (fields.length !== FIELDS.length) {
    const names = FIELDS.map(({ name }) => name).join(", ");
    return `has ${fields.length} fields, and AWS wants ${FIELDS.length}, with one space between two: ${names}`;
  }
  const wrong = FIELDS.find((field, index) => !isField(fields[index] ?? "", field));
  if (wrong) {
    const { name, least, most, words } = wrong;
    const named = words ? ` or ${words[0] ?? ""} to ${words.at(-1) ?? ""}` : "";
    return `has a wrong ${name}; it must be *, or ${least} to ${most}${named}, alone, in a list or in a range`;
  }
  const [, , dayOfMonth, , dayOfWeek] = fields;
  return (dayOfMonth === "?") === (dayOfWeek === "?")
    ? "must have a ? in exactly one of day of month and day of week, as AWS takes only the other one"
    : undefined;
}

function isField(text: string, field: Field): boolean {
  return (field.special?.test(text) ?? false)
    ? true
    : text.split(",").every((part) => isPart(part, field));
}

/** `*`, `5`, `1-5`, each with a step such as `/15` where the field has steps. */
function isPart(part: string, field: Field): boolean {
  const [range = "", step, ...more] = part.split("/");
  if (more.length > 0) return false;
  if (step !== undefined && !(field.steps && /^[1-9]\d*$/.test(step) && Number(step) <= field.most))
    return false;
  if (range === "*") return true;
  const ends = range.split("-").map((end) => numberOf(end, field));
  const [first, last = first, ...others] = ends;
  if (first === undefined || last === undefined || others.length > 0) return false;
  return first <= last;
}

function numberOf(text: string, { least, most, words = [] }: Field): number | undefined {
  const word = words.indexOf(text);
  if (word >= 0) return least + word;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  return number >= least && number <= most ? number : undefined;
}
