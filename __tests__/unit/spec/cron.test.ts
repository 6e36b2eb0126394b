import { expect, test } from "vitest";
import { cronProblem } from "../../../spec/cron";

test.each([
  "0 8 ? * MON-FRI *",
  "0 8 * * ? *",
  "0/15 9-17 ? * 2-6 *",
  "*/5 * * * ? *",
  "30 23 L * ? *",
  "0 10 LW * ? *",
  "0 10 15W * ? *",
  "0 12 ? JAN,JUL 6#3 2026-2030",
  "0 12 ? 1-12/2 L *",
  "0 12 ? * 6L 2199",
  "59 0 31 12 ? 1970",
])("AWS takes the cron expression %s", (expression) => {
  expect(cronProblem(expression)).toBeUndefined();
});

test.each<[string, string]>([
  ["0 8 * * MON-FRI", "has 5 fields, and AWS wants 6, with one space between two: minutes, hours,"],
  ["0  8 ? * MON-FRI *", "has 7 fields"],
  [
    "60 8 ? * MON *",
    "has a wrong minutes; it must be *, or 0 to 59, alone, in a list or in a range",
  ],
  ["0 24 ? * MON *", "has a wrong hours; it must be *, or 0 to 23"],
  ["0 8 32 * ? *", "has a wrong day of month; it must be *, or 1 to 31"],
  ["0 8 0 * ? *", "has a wrong day of month"],
  ["0 8 32W * ? *", "has a wrong day of month"],
  ["0 8 ? 13 MON *", "has a wrong month; it must be *, or 1 to 12 or JAN to DEC"],
  ["0 8 ? * 0 *", "has a wrong day of week; it must be *, or 1 to 7 or SUN to SAT"],
  ["0 8 ? * 2/2 *", "has a wrong day of week"],
  ["0 8 ? * 6#6 *", "has a wrong day of week"],
  ["0 8 ? * mon *", "has a wrong day of week"],
  ["0 8 ? * MON 1969", "has a wrong year; it must be *, or 1970 to 2199"],
  ["0 8 ? * MON 2200", "has a wrong year"],
  ["5-1 8 ? * MON *", "has a wrong minutes"],
  ["1-2-3 8 ? * MON *", "has a wrong minutes"],
  ["0/0 8 ? * MON *", "has a wrong minutes"],
  ["0/5/5 8 ? * MON *", "has a wrong minutes"],
  [", 8 ? * MON *", "has a wrong minutes"],
  ["? 8 ? * MON *", "has a wrong minutes"],
  ["0 8 * * * *", "must have a ? in exactly one of day of month and day of week"],
  ["0 8 ? * ? *", "must have a ? in exactly one of day of month and day of week"],
  ["0 8 1 * MON *", "must have a ? in exactly one of day of month and day of week"],
])("AWS refuses the cron expression %s", (expression, problem) => {
  expect(cronProblem(expression)).toContain(problem);
});
