import assert from "node:assert/strict";
import { it } from "vitest";
import { median, spread } from "../../src/scoring/median.js";

it("the median is the middle, or the mean of the two in the middle", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([10, 9, 1, 2]), 5.5);
  assert.equal(median([100, 20, 3]), 20, "sorted as numbers, not as texts");
  assert.equal(median([]), 0);
});

it("the spread is that of a normal distribution", () => {
  assert.equal(spread([1, 2, 3, 4, 100], 3), 1.4826);
  assert.equal(spread([7, 7, 7], 7), 0);
});
