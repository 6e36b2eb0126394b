import { describe, expect, test } from "vitest";
import { unionSeconds } from "../../../../tools/bench/intervals";
import { median, medianRun, spread } from "../../../../tools/bench/median";

describe("a median", () => {
  test("is the value in the middle, whatever the order and the digits", () => {
    expect(median([10, 9, 2])).toBe(9);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  test("of nothing is refused", () => {
    expect(() => median([])).toThrow("no values have no median");
    expect(() => medianRun<number>([], (run) => run)).toThrow("no runs have no median");
  });

  test("names the run in the middle, and the faster one of two", () => {
    const runs = [{ seconds: 30 }, { seconds: 9 }, { seconds: 10 }];
    expect(medianRun(runs, ({ seconds }) => seconds)).toBe(runs[2]);
    expect(medianRun(runs.slice(1), ({ seconds }) => seconds)).toBe(runs[1]);
  });
});

test("a range goes from the least to the most, and a single run has none", () => {
  expect(spread([10, 9, 11.26], 1)).toBe("9.0 to 11.3");
  expect(spread([3], 2)).toBe("3.00");
});

describe("the time in which at least one of several things lasts", () => {
  const from = (began: number, ended: number) => ({ began: began * 1000, ended: ended * 1000 });

  test("counts an overlap once, and no gap", () => {
    expect(unionSeconds([from(8, 10), from(0, 3), from(1, 2), from(2, 5)])).toBe(7);
  });

  test("is nothing for nothing", () => {
    expect(unionSeconds([])).toBe(0);
  });
});
