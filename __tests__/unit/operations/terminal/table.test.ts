import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { table } from "../../../../operations/terminal/table";

const HEAD = ["service", "state"];
const ROWS = [["flask-api", "2 of 2 tasks run"]];

beforeEach(() => {
  vi.stubGlobal("process", { ...process, stdout: { columns: 0 } });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("without a terminal no line wraps, and no colour is used", () => {
  expect(table(HEAD, [...ROWS, ["orders", "x".repeat(60)]])).toBe(
    `
┌───────────┬──────────────────────────────────────────────────────────────┐
│ service   │ state                                                        │
├───────────┼──────────────────────────────────────────────────────────────┤
│ flask-api │ 2 of 2 tasks run                                             │
│ orders    │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx │
└───────────┴──────────────────────────────────────────────────────────────┘`.trim(),
  );
});

test("a terminal's width is kept: its widest column wraps, in the midst of a word", () => {
  expect(table(HEAD, ROWS, 28)).toBe(
    `
┌───────────┬──────────────┐
│ service   │ state        │
├───────────┼──────────────┤
│ flask-api │ 2 of 2 tasks │
│           │  run         │
└───────────┴──────────────┘`.trim(),
  );
});

test("a table that just fits does not wrap", () => {
  expect(table(HEAD, ROWS, 32)).toBe(table(HEAD, ROWS));
  expect(table(HEAD, ROWS, 31)).not.toBe(table(HEAD, ROWS));
});

test("no column becomes narrower than twelve, however narrow the terminal", () => {
  const [top] = table(["a", "b"], [["x".repeat(40), "y".repeat(40)]], 10).split("\n");
  expect(top).toBe(`┌${"─".repeat(12)}┬${"─".repeat(12)}┐`);
});

test("the terminal decides if it has a width", () => {
  vi.stubGlobal("process", { ...process, stdout: { columns: 28 } });
  expect(table(HEAD, ROWS)).toBe(table(HEAD, ROWS, 28));
});

test("a row may be shorter than the head", () => {
  expect(table(HEAD, [["orders"]])).toContain("│ orders  │       │");
});
