import { expect, test } from "vitest";
import type { DeploymentPlan, StackSummary } from "../../../../operations/plan/deployment-plan";
import { planText } from "../../../../operations/plan/plan-text";

const stack = (given: Partial<StackSummary> = {}): StackSummary => ({
  stack: "platform",
  add: 0,
  change: 0,
  remove: 0,
  outputsChange: false,
  waitsFor: undefined,
  addedLater: 0,
  notKnown: 0,
  plannedAsNow: [],
  ...given,
});

const planOf = (
  stacks: readonly StackSummary[],
  rest: Partial<DeploymentPlan> = {},
): DeploymentPlan => ({
  changed: true,
  services: [],
  platform: { summary: "no change", changes: [] },
  stacks,
  moves: [],
  ...rest,
});

/** The line of one stack. */
const counted = (given: Partial<StackSummary>) => planText(planOf([stack(given)])).split("\n")[2];

test("a plan has a line for each service and each stack, then what changes hands", () => {
  const status = { status: "changed", newImages: [], changes: [] } as const;
  const services = [
    { ...status, service: "transaction-processor", summary: "pushed again" },
    { ...status, service: "web", summary: "probed again" },
  ];
  const moves = ["web takes the path / from orders."];
  const plan = planOf([stack({ stack: "registry" }), stack({ add: 1, change: 2, remove: 3 })], {
    services,
    moves,
  });
  expect(planText(plan)).toBe(`transaction-processor  pushed again
web                    probed again
platform               no change

stack registry  0 to add, 0 to change, 0 to destroy
stack platform  1 to add, 2 to change, 3 to destroy

web takes the path / from orders.`);
});

test("a plan without notes ends with the stacks", () => {
  expect(planText(planOf([stack()]))).toBe(
    "platform  no change\n\nstack platform  0 to add, 0 to change, 0 to destroy",
  );
});

test("what can be planned only later is counted apart, with the stack it waits for", () => {
  expect(counted({ add: 4, addedLater: 3, notKnown: 2, waitsFor: "images" })).toBe(
    "stack platform  4 to add, 0 to change, 0 to destroy; 3 of those to add can be planned only once images is applied; the changes to 2 more are known only once images is applied",
  );
});

test("only the outputs change where no resource does", () => {
  expect(counted({ outputsChange: true })).toBe(
    "stack platform  0 to add, 0 to change, 0 to destroy; only outputs change",
  );
});

test.each([{ add: 1 }, { change: 1 }, { remove: 1 }, { add: 1, remove: 1 }])(
  "outputs that change with a resource are not mentioned: %o",
  (changes) => {
    expect(counted({ outputsChange: true, ...changes })).not.toContain("outputs");
  },
);

test.each([
  ["registry", "repositories", "repository"],
  ["images", "images", "digest"],
  ["platform", "addresses", "address"],
] as const)("what %s will output later reaches the services by name", (producer, all, one) => {
  const plannedAsNow = [{ producer, services: ["web", "orders"] }];
  expect(
    planText(planOf([stack({ plannedAsNow })]))
      .split("\n")
      .slice(3),
  ).toEqual([
    "",
    `platform is planned with the current ${all}; the new ${one} reaches web, orders once ${producer} is applied.`,
  ]);
});
