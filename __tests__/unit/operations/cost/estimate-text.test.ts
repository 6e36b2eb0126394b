import { expect, test } from "vitest";
import type { Estimate } from "../../../../operations/cost/estimate";
import { dollars, estimateText } from "../../../../operations/cost/estimate-text";

const estimate: Estimate = {
  region: "eu-west-1",
  lines: [
    {
      part: "web",
      what: "tasks of 0.25 vCPU and 0.5 GB",
      count: { from: 2, to: 10 },
      dollars: { from: 18.0208, to: 90.104 },
      onSpot: false,
    },
  ],
  total: { from: 18.0208, to: 1090.6 },
  byUse: ["logs into CloudWatch: 0.5 $ per GB"],
  unpriced: [],
  dates: ["2026-09-01", "2026-10-01"],
};

test("an estimate names the environment, its total, the month and the days of the prices", () => {
  const [first, second] = estimateText("platform-dev", estimate).split("\n");
  expect(first).toBe("platform-dev in eu-west-1: 18 $ a month at the least, 1,091 $ at the most");
  expect(second).toMatch(/730 hours.*2026-09-01 to 2026-10-01.*taxes, discounts and free tiers/);
});

test("a line has its number and its dollars, to the cent, and the last one is the total", () => {
  const rows = estimateText("platform-dev", estimate)
    .split("\n")
    .filter((line) => line.startsWith("│"))
    .map((line) => line.split("│").map((cell) => cell.trim()));
  expect(rows.at(1)).toEqual([
    "",
    "web",
    "tasks of 0.25 vCPU and 0.5 GB",
    "2",
    "10",
    "18.02",
    "90.10",
    "",
  ]);
  expect(rows.at(-1)).toEqual(["", "total", "", "", "", "18.02", "1090.60", ""]);
});

test("what is not in it is below, and Spot is explained where there is some", () => {
  const text = estimateText("platform-dev", estimate);
  expect(text).toContain(
    "Not in it, since it depends on use:\n- logs into CloudWatch: 0.5 $ per GB",
  );
  expect(text).not.toMatch(/Spot|does not know/);
  const spot = estimate.lines.map((line) => ({ ...line, onSpot: true }));
  const other = estimateText("platform-dev", { ...estimate, lines: spot, unpriced: ["1 aws_a"] });
  expect(other).toContain("tasks of 0.25 vCPU and 0.5 GB, on Spot");
  expect(other).toContain("Spot has no list price");
  expect(other).toMatch(/priced[.]ts does not know its price:\n- 1 aws_a/);
});

test("dollars are whole, with commas", () => {
  expect([0.4, 1234.5].map(dollars)).toEqual(["0 $", "1,235 $"]);
});
