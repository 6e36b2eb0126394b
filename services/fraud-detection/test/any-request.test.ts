import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Problem } from "../src/schemas/problem.js";
import { post, service } from "./support/app.js";
import { entry, transaction } from "./support/request.js";

const anything = fc.jsonValue({ maxDepth: 3 });

/** A right request in which some fields are anything, or missing. */
function spoilt(record: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, anything),
    ]),
  );
  return fc.record(fields, { requiredKeys: [] });
}

const almostRight = fc.record({
  transaction: spoilt(transaction()),
  history: fc.oneof(fc.array(spoilt(entry(60)), { maxLength: 5 }), anything),
});

describe("whatever is posted", () => {
  const bodies = {
    "JSON of any kind": anything.map((value) => JSON.stringify(value)),
    "almost what is asked for": almostRight.map((value) => JSON.stringify(value)),
    "any text": fc.string({ unit: "binary" }),
  };
  for (const [name, body] of Object.entries(bodies)) {
    it(`${name} is scored or refused with a problem`, async (test) => {
      const { app } = await service(test);
      await fc.assert(
        fc.asyncProperty(body, async (text) => {
          const answer = await post(app, text);
          if (answer.statusCode === 200) return;
          assert.equal(answer.statusCode, 400);
          assert.equal(answer.json<Problem>().status, 400);
        }),
        { numRuns: 300 },
      );
    });
  }
});
