import { describe, expect, test } from "vitest";
import { costChange, costLines } from "../../../../operations/cost/cost-change";
import { resourcesIn } from "../../../support/cost";
import { asDeployed } from "../../../support/deployed-resources";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const dev = { name: "platform", suffix: "dev", region: "us-east-1" };
const before = resourcesIn(synthesize(fixture));
const after = resourcesIn(
  synthesize({ ...fixture, web: { ...fixture.web, scaling: { min: 4, max: 10 } } }),
);

test("a deployment that changes nothing has no line about its cost", () => {
  expect(costLines(costChange(asDeployed(before), before, dev))).toEqual([]);
});

test("a change says what it costs before and after; what stays the same stands once", () => {
  const [line] = costLines(costChange(asDeployed(before), after, dev));
  expect(line).toMatch(/^cost: \d+ \$ → \d+ \$ a month at the least, \d+ \$ at the most$/);
  const [then = 0, now = 0] = [...(line ?? "").matchAll(/\d+/g)].map(Number);
  // Two tasks more of 0.25 vCPU and 512 MiB, at 9 $ each.
  expect(now - then).toBe(18);
});

test("a first deployment says what the environment will cost", () => {
  const change = costChange([], before, dev);
  expect(change?.before).toBeUndefined();
  expect(costLines(change)).toEqual([
    expect.stringMatching(/^cost: \d+ \$ a month at the least, \d+ \$ at the most$/),
  ]);
});

describe("there is no line, and the plan is one all the same,", () => {
  test("in a region without prices", () => {
    const change = costChange([], before, { ...dev, region: "eu-south-2" });
    expect(costLines(change)).toEqual([]);
  });

  test("if a single price is missing", () => {
    const arm = resourcesIn(synthesize(fixture, {}, { architecture: "ARM64" }));
    expect(costChange([], arm, { ...dev, region: "us-east-2" })).toBeUndefined();
    expect(costChange([], before, { ...dev, region: "us-east-2" })).toBeDefined();
  });
});
