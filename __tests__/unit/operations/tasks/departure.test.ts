import { beforeEach, expect, test, vi } from "vitest";
import { Departure } from "../../../../operations/tasks/departure";

const STOP = "aws ecs stop-task --task 0a1b";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function departing() {
  const report = vi.fn();
  const leave = vi.fn();
  return {
    departure: new Departure({ report, leave, search: "aws ecs list-tasks" }),
    report,
    leave,
  };
}

test("a second Ctrl-C leaves at once what AWS was asked to stop, with the command that asks again", () => {
  const { departure, report, leave } = departing();
  departure.allow(STOP);
  expect(leave).not.toHaveBeenCalled();
  departure.want();
  expect(leave).toHaveBeenCalledTimes(1);
  expect(report).toHaveBeenCalledWith(`Left while it is being stopped. Should it go on: ${STOP}`);
});

test("nothing that AWS was not asked to stop is left, and a second Ctrl-C counts once it was", () => {
  const { departure, report, leave } = departing();
  departure.want();
  departure.want();
  vi.advanceTimersByTime(9_000);
  expect(leave).not.toHaveBeenCalled();
  expect(report.mock.calls).toEqual([["Waiting until AWS has taken the request to stop it"]]);
  departure.allow(STOP);
  vi.advanceTimersByTime(20_000);
  expect(leave).toHaveBeenCalledTimes(1);
  expect(report).toHaveBeenLastCalledWith(expect.stringContaining(STOP));
});

test("an AWS that does not answer is waited for 10 s, and what may go on can be found", () => {
  const { departure, report, leave } = departing();
  departure.want();
  vi.advanceTimersByTime(10_000);
  expect(leave).toHaveBeenCalledTimes(1);
  expect(report).toHaveBeenLastCalledWith(
    "Left without AWS's answer, so it may go on: aws ecs list-tasks",
  );
});
