import { expect, test } from "vitest";
import { summarize } from "../../../../operations/plan/deployment-plan";
import { storeChanges } from "../../../../operations/plan/store-changes";
import type { Action, ResourceChange } from "../../../../operations/plan/stack-plan";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const catalogue = {
  web: { ...fixture.web, sends: ["card-exports"] },
  orders: {
    ...fixture.orders,
    receives: ["card-exports"],
    stores: { uploads: { versioned: true } },
  },
};
const synthesized = parseSynthesizedStack("platform", synthesize(catalogue).platform.json);

/** The same change to every resource of the stack's queues and buckets. */
function all(action: Action): ResourceChange[] {
  return [...synthesized.resources.keys()]
    .filter((address) => /^\w+\.(queues|buckets)_/.test(address))
    .map((address) => ({ stack: "platform", address, action, attributes: [], pending: false }));
}

test.each<[Action, string[]]>([
  ["create", ["queue card-exports new", "bucket uploads new"]],
  [
    "delete",
    ["queue card-exports deleted with its messages", "bucket uploads deleted with its objects"],
  ],
  [
    "replace",
    [
      "queue card-exports replaced, without its messages",
      "bucket uploads replaced, without its objects",
    ],
  ],
])(
  "to %s them is said of each queue and bucket, with all that belongs to it",
  (action, phrases) => {
    const changes = all(action);
    expect(changes.length).toBeGreaterThan(8);
    const found = storeChanges(changes);
    expect(found.phrases.sort()).toEqual(phrases.sort());
    expect(found.covered.size).toBe(changes.length);
  },
);

test("a change in place is left to the list of resources", () => {
  expect(storeChanges(all("update"))).toEqual({ phrases: [], covered: new Set() });
});

test("the plan names a bucket that goes in its line on the platform", () => {
  const none = { outputs: [], deployed: [], waitsFor: undefined };
  const stack = { stack: "platform", ...none, synthesized } as const;
  const deleted = all("delete").filter(({ address }) => address.includes("buckets_uploads"));
  const plan = summarize(Object.keys(catalogue), [{ ...stack, changes: deleted }]);
  expect(plan.platform.summary).toBe("bucket uploads deleted with its objects");
});
