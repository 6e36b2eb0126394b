import { inspect } from "node:util";
import * as z from "zod/mini";
import { nearest } from "./nearest";

/** The longest value that a message repeats. */
const SHOWN = 80;

type SchemaOf<Entry> = {
  readonly [Word in keyof Entry]-?: z.ZodMiniType<Exclude<Entry[Word], undefined>>;
};

/** Whether a word may be left out, by its type and by its schema. */
type MayLack<Value> = undefined extends Value ? true : false;
type LacksIn<Schema> = Schema extends z.ZodMiniExactOptional ? true : false;

/** The words in one of the two alone, and those that only one of them may lack or allows more for. */
type Different<Entry, Shape extends SchemaOf<Entry>> =
  | Exclude<keyof Shape, keyof Entry>
  | {
      [Word in keyof Entry]-?: [Exclude<Entry[Word], undefined>, MayLack<Entry[Word]>] extends [
        z.output<Shape[Word]>,
        LacksIn<Shape[Word]>,
      ]
        ? never
        : Word;
    }[keyof Entry];

/** Everything if the schemas accept what the type does, and nothing if they differ in a word. */
type IfSame<Entry, Shape extends SchemaOf<Entry>> = [Different<Entry, Shape>] extends [never]
  ? unknown
  : { readonly differs: Different<Entry, Shape> };

/** The end of the sentence about a refused value, after its place. */
function must(allowed: string) {
  return { error: ({ input }: { input?: unknown }) => `${given(input)}; it must be ${allowed}` };
}

/** A value for which a test holds. */
export function rule<T>(allowed: string, test: (value: unknown) => boolean) {
  return z.custom<T, unknown>(test, must(allowed));
}

/** A whole number in a range, which `allowed` names. */
export function whole(allowed: string, least: number, most: number) {
  return rule<number>(
    allowed,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** One of a few values. */
export function oneOf<const T extends string | number>(allowed: string, values: readonly T[]) {
  return rule<T>(allowed, (value) => values.some((each) => each === value));
}

/** Text that is not empty. */
export function text(allowed: string) {
  return rule<string>(allowed, (value) => typeof value === "string" && value !== "");
}

/**
 * An object with the words of a type and no other: `entry<Scaling>()("a range", { min, max })`. It does
 * not compile while the schemas allow other words or values than the type.
 */
export function entry<Entry>() {
  return <Shape extends SchemaOf<Entry>>(allowed: string, shape: Shape & IfSame<Entry, Shape>) => {
    const schema = z.pipe(
      rule<Record<string, unknown>>(allowed, isObject),
      // `problemsOf` finds the nearest of them.
      z.strictObject(shape, { error: () => Object.keys(shape).join(" ") }),
    );
    // `IfSame` has shown that it is this type.
    return schema as unknown as z.ZodMiniType<Entry>;
  };
}

/** An object with any names, each with such a value. */
export function named<Value extends z.core.SomeType>(allowed: string, value: Value) {
  return z.pipe(rule<Record<string, unknown>>(allowed, isObject), z.record(z.string(), value));
}

/** Every problem with a value: its place, what was given, and what is allowed. */
export function problemsOf(schema: z.core.$ZodType, value: unknown, name: string): string[] {
  const { error } = z.safeParse(schema, value);
  return (error?.issues ?? []).flatMap((issue) => {
    const place = [name, ...issue.path.map(String)].join(".");
    if (issue.code !== "unrecognized_keys") return [`${place} ${issue.message}`];
    const known = issue.message.split(" ");
    return issue.keys.map((key) => `${place}.${key} is not a setting${nearest(key, known)}`);
  });
}

/** Whether a word of an entry is refused, or the whole entry; no rule can be checked about it then. */
export type Refuses = (entry: string, word: string) => boolean;

/** What one entry among many may say, and what stands in for what is missing or wrong in it. */
export interface EntrySchema<Entry> {
  readonly schema: z.core.$ZodType;
  /** Of each word. */
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
  /** No rule refuses it. */
  readonly standIn: Entry;
}

/** What the schemas refuse in each of many entries. */
function refusals(
  schemaOf: (entry: unknown) => EntrySchema<unknown>,
  entries: Readonly<Record<string, unknown>>,
): Refuses {
  return (name, word) => {
    const written = Object.hasOwn(entries, name) ? entries[name] : {};
    const { shape } = schemaOf(written);
    const schema = Object.hasOwn(shape, word) ? shape[word] : undefined;
    if (!isObject(written)) return true;
    return (
      schema !== undefined &&
      Object.hasOwn(written, word) &&
      !z.safeParse(schema, written[word]).success
    );
  };
}

/**
 * The words of an entry that are right, so that rules about them can be checked beside wrong ones. Of a
 * word with several values, such as variables, the right ones.
 */
function rightWords(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: unknown,
): Record<string, unknown> {
  const right = Object.entries(shape).flatMap(([word, schema]): [string, unknown][] => {
    const accepts = (each: unknown) => z.safeParse(schema, each).success;
    const written = isObject(value) ? value[word] : undefined;
    if (!isObject(written) || accepts(written)) return accepts(written) ? [[word, written]] : [];
    const parts = Object.entries(written).filter(([name, part]) => accepts({ [name]: part }));
    const rest = Object.fromEntries(parts);
    return accepts(rest) ? [[word, rest]] : [];
  });
  return Object.fromEntries(right);
}

/**
 * Checks the shape of many entries. Returns every problem, and the entries: of one with problems, the
 * words that are right, and which ones are not.
 *
 * @param schemaOf the schema for an entry as it is written
 */
export function readEntries<Entry extends object>(
  schemaOf: (written: unknown) => EntrySchema<Entry>,
  written: Readonly<Record<string, unknown>>,
): { entries: Record<string, Entry>; problems: string[]; refuses: Refuses } {
  const problems: string[] = [];
  const entries = Object.entries(written).map(([name, value]): [string, Entry] => {
    const { schema, shape, standIn } = schemaOf(value);
    problems.push(...problemsOf(schema, value, name));
    return [name, { ...standIn, ...rightWords(shape, value) }];
  });
  return { entries: Object.fromEntries(entries), problems, refuses: refusals(schemaOf, written) };
}

/** Whether a value is an object with names, as `{ … }` makes it: no list, no `Map`, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function bigintAsText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** `is "8080"`, `is not set`, `is a function`. */
export function given(value: unknown): string {
  if (value === undefined) return "is not set";
  if (typeof value === "function") return "is a function";
  const shown = inJson(value) ?? inspect(value, { breakLength: Infinity, customInspect: false });
  return `is ${shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown}`;
}

/** As the catalogue would have it; `undefined` for what JSON cannot show, such as a `Map` or a circle. */
function inJson(value: unknown): string | undefined {
  if (typeof value !== "string" && !Array.isArray(value) && !isObject(value)) return undefined;
  try {
    // Its type leaves out that `toJSON` may return `undefined`.
    return JSON.stringify(value, bigintAsText);
  } catch {
    return undefined;
  }
}
