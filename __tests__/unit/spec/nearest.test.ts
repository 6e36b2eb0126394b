import { expect, test } from "vitest";
import { nearest } from "../../../spec/nearest";

test.each([
  ["three typos", "suffix", "xyffiz"],
  ["one of two letters", "db", "dc"],
])("a name with %s is taken for the one that it is nearest to", (_, known, given) => {
  expect(nearest(given, ["region", known])).toBe(
    `; did you mean ${known}? (valid names: region, ${known})`,
  );
});

test.each([
  ["four typos", "suffix", "xyzfiz"],
  ["nothing in common", "db", "xy"],
])("a name with %s could be any", (_, known, given) => {
  expect(nearest(given, ["region", known])).toBe(`; valid names: region, ${known}`);
});

test("there is nothing near where there is nothing", () => {
  expect(nearest("web", [])).toBe("; valid names: ");
});
