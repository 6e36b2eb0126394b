import { expect, test, vi } from "vitest";
import { closing } from "../../../../operations/terminal/closing";
import { every, lastLines, secondsSince } from "../../../../operations/terminal/progress";

test("of many lines the first is reported, then one per interval", () => {
  const clock = vi.spyOn(performance, "now");
  const lines: string[] = [];
  const report = every(1_000, (line) => lines.push(line));
  for (const now of [0, 1, 999, 1_000, 1_001, 2_500]) {
    clock.mockReturnValue(now);
    report(String(now));
  }
  expect(lines).toEqual(["0", "1000", "2500"]);
});

test("times are whole seconds", () => {
  vi.spyOn(performance, "now").mockReturnValue(12_600);
  expect(secondsSince(2_000)).toBe(11);
});

test.each([
  ["one\ntwo\nthree\n\n", 2, "two\nthree"],
  ["one", 3, "one"],
  ["one\n  two  \n", 1, "two"],
  ["", 3, ""],
])("the last lines of %j: %i", (text, count, lines) => {
  expect(lastLines(text, count)).toBe(lines);
});

test("a command's last line is its time and the next step", () => {
  vi.spyOn(performance, "now").mockReturnValue(61_250);
  expect(closing("npx platform verify")).toBe("Done in 61.3 s. Next: npx platform verify");
});
