import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type DeploymentPlan, summarize } from "../../../../operations/plan/deployment-plan";
import { planText } from "../../../../operations/plan/plan-text";
import { readStackPlan } from "../../../../operations/plan/stack-plan";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { record } from "../../../../operations/terraform/terraform-events";
import { STACKS } from "../../../../operations/terraform/terraform-stack";
import { services as catalogue } from "../../../../services";
import type { Services } from "../../../../spec/service/spec";
import { synthesize } from "../../../support/synth";

const { "fraud-detection": fraudDetection, ...others } = catalogue;
const processor = catalogue["transaction-processor"];
const orders = { ...fraudDetection, path: "/orders", calls: ["flask-api"], database: true };
const unchanged = ["flask-api: no change", "transaction-processor: no change"];

/** The deployment plan from Terraform's plans for this catalogue, recorded in a file. */
function planOf(recorded: string, services: Services = catalogue): DeploymentPlan {
  const file = path.join(__dirname, "plans", `${recorded}.json`);
  const plans = record(JSON.parse(readFileSync(file, "utf8")));
  const synthesis = synthesize(services);
  const stacks = STACKS.map((stack, index) => {
    const synthesized = parseSynthesizedStack(stack, synthesis[stack].json);
    // Here a stack that could not be planned completely lacked an output of the stack before it.
    const waits = record(plans[stack])["errored"] === true;
    const plan = readStackPlan(plans[stack], synthesized);
    return { ...plan, synthesized, waitsFor: waits ? STACKS[index - 1] : undefined };
  });
  return summarize(Object.keys(services), stacks);
}

/** A line for each service, without the hash, which depends on the tests' own sources. */
function summaries({ services, platform }: DeploymentPlan): string[] {
  return [...services, { service: "platform", ...platform }].map(
    ({ service, summary }) => `${service}: ${summary.replace(/\b[0-9a-f]{8}\b/g, "HASH")}`,
  );
}

/** To add, to change, to destroy; by stack. */
function counts({ stacks }: DeploymentPlan): number[][] {
  return stacks.map(({ add, change, remove }) => [add, change, remove]);
}

test("without changes there is nothing to do", () => {
  const plan = planOf("unchanged");
  expect(plan.changed).toBe(false);
  expect(summaries(plan)).toEqual([
    ...unchanged,
    "fraud-detection: no change",
    "platform: no change",
  ]);
});

describe("a changed source", () => {
  const plan = planOf("new-image");

  test("gives a new image, and replaces tasks once its digest is known", () => {
    expect(plan.changed).toBe(true);
    expect(summaries(plan)).toContain(
      "flask-api: new image HASH, task definition replaced, rolling",
    );
  });

  test("leaves the platform's own plan empty, and the text says so", () => {
    expect(counts(plan)).toEqual([
      [0, 0, 0],
      [4, 0, 4],
      [0, 0, 0],
    ]);
    expect(planText(plan)).toContain(
      "platform is planned with the current images; the new digest reaches flask-api once images is applied.",
    );
  });

  test("affects no other service", () => {
    expect(summaries(plan)).toEqual(
      expect.arrayContaining(["transaction-processor: no change", "fraud-detection: no change"]),
    );
  });
});

test("a new database-setup image replaces the tasks of each service with a database", () => {
  expect(summaries(planOf("new-setup"))).toEqual([
    "flask-api: task definition replaced (new image of database-setup), rolling",
    "transaction-processor: task definition replaced (new image of database-setup), rolling",
    "fraud-detection: no change",
    "platform: database-setup: new image HASH",
  ]);
});

test("a changed migration replaces the tasks, with the current image", () => {
  const plan = planOf("new-migration");
  expect(summaries(plan)).toContain(
    "transaction-processor: task definition replaced (container_definitions), rolling",
  );
  expect(plan.stacks.flatMap(({ plannedAsNow }) => plannedAsNow)).toEqual([]);
});

test("more memory also probes the current image again", () => {
  const plan = planOf("more-memory");
  expect(summaries(plan)).toContain(
    "fraud-detection: probed again, task definition replaced (memory), rolling",
  );
  expect(counts(plan)).toEqual([
    [0, 0, 0],
    [1, 0, 1],
    [1, 1, 1],
  ]);
});

test("a shared resource belongs to the platform, and its changed attribute is shown", () => {
  const plan = planOf("idle-timeout");
  expect(summaries(plan)).toEqual([
    ...unchanged,
    "fraud-detection: no change",
    "platform: 1 to change: aws_lb load-balancer_alb (idle_timeout)",
  ]);
});

describe("an added service", () => {
  const plan = planOf("added", { ...catalogue, orders });

  test("is new, and the others are still planned", () => {
    expect(summaries(plan)).toEqual([
      ...unchanged,
      "fraud-detection: no change",
      "orders: new: repository, image HASH, service of 2 tasks",
      "platform: no change",
    ]);
  });

  test("counts completely, although Terraform cannot plan all of it yet", () => {
    expect(counts(plan)).toEqual([
      [2, 0, 0],
      [4, 0, 0],
      [20, 0, 0],
    ]);
    expect(planText(plan)).toContain(
      "20 to add, 0 to change, 0 to destroy; 6 of those to add can be planned only once images is applied",
    );
  });
});

test("a removed service is removed in order: its tasks before its repository", () => {
  const transactionProcessor = { ...processor, calls: [] };
  const plan = planOf("removed", { ...others, "transaction-processor": transactionProcessor });
  expect(summaries(plan)).toEqual([
    "flask-api: no change",
    "transaction-processor: probed again, task definition replaced (container_definitions), rolling, no longer reaches fraud-detection",
    "fraud-detection: removed: service, then image, then repository",
    "platform: no change",
  ]);
});

test("a renamed service counts as a new service and a removed service", () => {
  const plan = planOf("renamed", {
    ...others,
    "transaction-processor": { ...processor, calls: ["fraud-check"] },
    "fraud-check": fraudDetection,
  });
  expect(summaries(plan)).toEqual([
    "flask-api: no change",
    "transaction-processor: probed again, task definition replaced (container_definitions), rolling, reaches fraud-check, no longer reaches fraud-detection",
    "fraud-check: new: repository, image HASH, service of 2 tasks",
    "fraud-detection: removed: service, then image, then repository",
    "platform: no change",
  ]);
});

test("before the first deployment everything is new, and counted", () => {
  const plan = planOf("virgin");
  expect(plan.services.map(({ status }) => status)).toEqual(["new", "new", "new"]);
  expect(counts(plan)).toEqual([
    [10, 0, 0],
    [20, 0, 0],
    [91, 0, 0],
  ]);
  expect(planText(plan)).toContain(
    "15 of those to add can be planned only once registry is applied",
  );
});

test("each resource counts once", () => {
  const { services, platform, stacks } = planOf("added", { ...catalogue, orders });
  const changes = [...services.flatMap((service) => service.changes), ...platform.changes];
  const counted = stacks.map(({ add, change, remove }) => add + change + remove);
  expect(changes).toHaveLength(counted.reduce((sum, count) => sum + count, 0));
});
