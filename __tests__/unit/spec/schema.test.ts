import { expect, test } from "vitest";
import * as z from "zod/mini";
import { entry, given, oneOf, problemsOf, rule } from "../../../spec/schema";

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

const circle: Record<string, unknown> = {};
circle["self"] = circle;

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
  ["x".repeat(200), `is "${"x".repeat(79)}…`],
])("%o is shown in a message", (value, shown) => {
  expect(given(value)).toBe(shown);
});
