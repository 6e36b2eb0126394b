import { expect, test } from "vitest";
import { compile } from "../../../../../stacks/images/context/ignore-pattern";

test("a long name that nearly matches many stars takes no more than a moment", () => {
  const matches = compile("*-*-*-*.x");
  const started = performance.now();
  expect(matches?.("-".repeat(300))).toBe(false);
  expect(matches?.(`${"-".repeat(300)}.x`)).toBe(true);
  // Milliseconds; tried in every way, it takes seconds.
  expect(performance.now() - started).toBeLessThan(1000);
});

test("a pattern that the builder cannot compile has no match", () => {
  expect(compile("[c-a]")).toBeUndefined();
});
