import { expect, test } from "vitest";
import { compile } from "../../../../../stacks/images/context/ignore-pattern";
import { IgnoreRules } from "../../../../../stacks/images/context/ignore-rules";

/** Whether a path is ignored by one pattern. */
const ignores = (text: string, path: string) =>
  new IgnoreRules([{ text, includes: false, place: "line 1", matches: compile(text) }]).verdict(
    path,
    undefined,
  ).ignored;

test("a long name that nearly matches many stars takes no more than a moment", () => {
  // This process's own time: others may have the machine meanwhile.
  const started = process.cpuUsage();
  expect(ignores("*-*-*-*.x", "-".repeat(300))).toBe(false);
  expect(ignores("*-*-*-*.x", `${"-".repeat(300)}.x`)).toBe(true);
  // Microseconds. It takes some thousand; tried in every way, it takes seconds.
  expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
});

test.each(["[c-a]", "*{1000}", "[a]{1001}", "\\p{Xx}?", "\\é?"])(
  "%s, which the builder cannot compile, is refused when a path is compared with it",
  (text) => {
    expect(() => ignores(text, "a")).toThrow(
      `line 1: the pattern "${text}" has brackets, braces or an escape that the builder cannot read; correct it`,
    );
  },
);

test.each(["[\\p{Greek}]", "\\p{^Old_Italic}?", "\\P{Han}*"])(
  "%s, which only the builder can compare, is refused with what to write instead",
  (text) => {
    expect(() => ignores(text, "a")).toThrow(
      `line 1: the pattern "${text}" has a class of characters that this project cannot compare; write the characters instead`,
    );
  },
);
