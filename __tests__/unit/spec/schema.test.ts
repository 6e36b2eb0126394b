import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { entry, given, oneOf, problemsOf, readEntries, rule } from "../../../spec/schema";

interface Range {
  readonly min: number;
  readonly max?: number;
}

const number = rule<number>("a number", (value) => typeof value === "number");

const name = rule<string>("a name", (value) => typeof value === "string");

test("a schema that differs from its type in a word or a value does not compile", () => {
  // @ts-expect-error `max` has no schema
  entry<Range>()("a range", { min: number });
  // @ts-expect-error there is no `step`
  entry<Range>()("a range", { min: number, max: z.exactOptional(number), step: number });
  // @ts-expect-error `max` can be any number
  entry<Range>()("a range", { min: number, max: z.exactOptional(oneOf("2 or 3", [2, 3])) });
  // @ts-expect-error `max` is no text
  entry<Range>()("a range", { min: number, max: z.exactOptional(name) });
  // @ts-expect-error `max` may be left out
  entry<Range>()("a range", { min: number, max: number });
  // @ts-expect-error `min` may not
  entry<Range>()("a range", { min: z.exactOptional(number), max: z.exactOptional(number) });
  const schema = entry<Range>()("a range", { min: number, max: z.exactOptional(number) });
  expect(problemsOf(schema, { min: 1 }, "scaling")).toEqual([]);
});

test("a refusal has the place, the value and the rule, or the word that is nearest", () => {
  const schema = entry<Range>()("a range", { min: number, max: z.exactOptional(number) });
  expect(problemsOf(schema, { min: "1", maxi: 2 }, "scaling")).toEqual([
    'scaling.min is "1"; it must be a number',
    "scaling.maxi is not a setting; did you mean max? (valid names: min, max)",
  ]);
  expect(problemsOf(schema, 5, "scaling")).toEqual(["scaling is 5; it must be a range"]);
  const zones = oneOf("2 or 3", [2, 3]);
  expect(problemsOf(zones, 3, "zones")).toEqual([]);
  expect(problemsOf(zones, 4, "zones")).toEqual(["zones is 4; it must be 2 or 3"]);
});

test("of a wrong entry the right words are read, and the wrong ones are known", () => {
  const shape = { min: number, max: z.exactOptional(number) };
  const written = { right: { min: 2 }, wrong: { min: "2", max: 3, step: 1 }, none: null };
  const schema = entry<Range>()("a range", shape);
  const kind = { schema, shape, standIn: { min: 1 } };
  const { entries, problems, refuses } = readEntries(() => kind, written);
  expect(entries).toEqual({ right: { min: 2 }, wrong: { min: 1, max: 3 }, none: { min: 1 } });
  expect(problems).toHaveLength(3);
  const words = ["min", "max", "step"];
  const refused = (name: string) => words.filter((word) => refuses(name, word));
  expect(["right", "wrong", "none", "nobody"].map(refused)).toEqual([[], ["min"], words, []]);
});

const circle: Record<string, unknown> = {};
circle["self"] = circle;

/** Shows itself as something else. */
class Posing {
  [inspect.custom]() {
    return "8000";
  }
}

test.each([
  [circle, "is <ref *1> { self: [Circular *1] }"],
  [{ toJSON: () => undefined }, "is { toJSON: [Function: toJSON] }"],
  [new Map([["a", 1]]), "is Map(1) { 'a' => 1 }"],
  [undefined, "is not set"],
  [null, "is null"],
  ["a", 'is "a"'],
  [Number.NaN, "is NaN"],
  [10n, "is 10n"],
  [{ size: 10n }, 'is {"size":"10"}'],
  [Symbol("x"), "is Symbol(x)"],
  [() => 1, "is a function"],
  [Object.assign(Object.create(null), { size: 1 }), 'is {"size":1}'],
  [new Posing(), "is Posing {}"],
  ["x".repeat(78), `is "${"x".repeat(78)}"`],
  ["x".repeat(79), `is "${"x".repeat(79)}…`],
])("%o is shown in a message", (value, shown) => {
  expect(given(value)).toBe(shown);
});
