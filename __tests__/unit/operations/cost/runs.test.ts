import { describe, expect, test } from "vitest";
import { runsAMonth } from "../../../../operations/cost/runs";

/** The first day of a year of 365, a Friday. */
const START = new Date("2027-01-01T12:00:00Z");
const inAYear = (expression: string) => Math.round(runsAMonth(expression, START) * 12);

test.each([
  ["rate(1 minute)", 730 * 60],
  ["rate(90 minutes)", (730 * 60) / 90],
  ["rate(2 hours)", 365],
  ["rate(1 day)", 730 / 24],
])("%s starts %d times a month", (expression, runs) => {
  expect(runsAMonth(expression, START)).toBeCloseTo(runs);
});

test("a single time does not recur", () => {
  expect(runsAMonth("at(2027-03-01T00:00:00)", START)).toBe(0);
});

describe("in the year 2027", () => {
  test.each([
    ["every night", "cron(0 3 * * ? *)", 365],
    ["every quarter of an hour", "cron(0/15 * * * ? *)", 365 * 96],
    ["every hour from eight to six", "cron(0 8-18 * * ? *)", 365 * 11],
    ["from Monday to Friday", "cron(0 8 ? * MON-FRI *)", 261],
    ["from Monday to Friday, in AWS's numbers", "cron(0 8 ? * 2-6 *)", 261],
    ["on Sundays, the first day of AWS's week", "cron(0 8 ? * 1 *)", 52],
    ["on Saturdays, the last", "cron(0 8 ? * L *)", 52],
    ["on the first Monday of each month", "cron(0 8 ? * 2#1 *)", 12],
    ["on the fifth Friday of a month that has one", "cron(0 8 ? * FRI#5 *)", 5],
    ["on the last Friday of each month", "cron(0 8 ? * 6L *)", 12],
    ["on the first and the fifteenth", "cron(0 8 1,15 * ? *)", 24],
    ["on the last day of each month", "cron(0 8 L * ? *)", 12],
    ["on the last weekday of each month", "cron(0 8 LW * ? *)", 12],
    ["on the weekday nearest to the fifteenth", "cron(0 8 15W * ? *)", 12],
    ["on the weekday nearest to the 31st, where there is one", "cron(0 8 31W * ? *)", 7],
    ["on each third day from the first", "cron(0 8 1/3 JAN ? *)", 11],
    ["in spring alone", "cron(0 8 1 MAR-MAY ? *)", 3],
    ["in that year alone", "cron(0 8 1 1 ? 2027)", 1],
    ["in another year", "cron(0 8 1 1 ? 2029)", 0],
  ])("a job %s starts as often as the calendar says", (_, expression, runs) => {
    expect(inAYear(expression)).toBe(runs);
  });
});
