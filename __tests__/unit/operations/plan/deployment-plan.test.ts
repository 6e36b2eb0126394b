import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  type DeploymentPlan,
  type PlannedStack,
  summarize,
} from "../../../../operations/plan/deployment-plan";
import { planText } from "../../../../operations/plan/plan-text";
import { type Action, readStackPlan } from "../../../../operations/plan/stack-plan";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { record } from "../../../../operations/terraform/terraform-events";
import { STACKS, type StackName } from "../../../../operations/terraform/terraform-stack";
import { services } from "../../../../services";
import { httpServiceOf } from "../../../../spec/service/kinds";
import type { Services } from "../../../../spec/service/spec";
import { synthesize } from "../../../support/synth";

/** The services of the recorded plans. */
const catalogue = {
  "flask-api": httpServiceOf("flask-api", services),
  "transaction-processor": { ...httpServiceOf("transaction-processor", services), sends: [] },
  "fraud-detection": httpServiceOf("fraud-detection", services),
};
const fraudDetection = catalogue["fraud-detection"];
const others = Object.fromEntries(
  Object.entries(catalogue).filter(([service]) => service !== "fraud-detection"),
);
const processor = catalogue["transaction-processor"];
const orders = { ...fraudDetection, path: "/orders", calls: ["flask-api"], database: true };
const unchanged = ["flask-api: no change", "transaction-processor: no change"];

/** The deployment plan from Terraform's plans for this catalogue, recorded in a file. */
function planOf(recorded: string, services: Services = catalogue): DeploymentPlan {
  const file = path.join(__dirname, "plans", `${recorded}.json`);
  const plans = record(JSON.parse(readFileSync(file, "utf8")));
  // The recorded plans are of an environment without alarms.
  const synthesis = synthesize(services, {}, { alarms: false });
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
  expect(plan.moves).toEqual([]);
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
      [5, 0, 5],
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
    [2, 0, 2],
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
      [5, 0, 0],
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
    [23, 0, 0],
    [91, 0, 0],
  ]);
  expect(plan.services.flatMap(({ newImages }) => newImages)).toEqual([]);
  expect(plan.stacks.flatMap(({ plannedAsNow }) => plannedAsNow)).toEqual([]);
  expect(planText(plan)).toContain(
    "18 of those to add can be planned only once registry is applied",
  );
});

test("each resource counts once", () => {
  const { services, platform, stacks } = planOf("added", { ...catalogue, orders });
  const changes = [...services.flatMap((service) => service.changes), ...platform.changes];
  const counted = stacks.map(({ add, change, remove }) => add + change + remove);
  expect(changes).toHaveLength(counted.reduce((sum, count) => sum + count, 0));
});

describe("of a small platform", () => {
  const TASK = "aws_ecs_task_definition.services_web_task_revision_1A2B3C4D";
  const image = (name: string) => `cross-stack-output-localimages_${name}_reference_1A2B3C4D`;
  const reads = (producer: StackName, output: string, user: string) => ({ producer, output, user });
  const change = (stack: StackName, address: string, action: Action, pending = false) => {
    return { stack, address, action, attributes: [], pending };
  };

  /** The stacks of one service, without changes except the given ones. */
  const stacksWith = (given: Partial<Record<StackName, Partial<PlannedStack>>>): PlannedStack[] =>
    STACKS.map((stack) => {
      const synthesized = { stack, resources: new Map(), inputs: [] };
      const nothing = {
        stack,
        changes: [],
        outputs: [],
        deployed: [],
        waitsFor: undefined,
        synthesized,
      };
      return { ...nothing, ...given[stack] };
    });
  const inputs = [
    reads("registry", "url", "local.repositories"),
    reads("registry", "url", TASK),
    reads("images", image("web"), TASK),
    reads("images", image("web"), "aws_iam_role_policy.services_web_task_policy"),
    reads("images", image("database-setup"), TASK),
    reads("images", image("web_otel"), TASK),
    reads("images", "digests", TASK),
    reads("images", image("ready"), "aws_ecs_service.services_orders_service"),
  ];
  const synthesized = { stack: "platform", resources: new Map(), inputs } as const;

  test("an output that changes is a change by itself, of its stack alone", () => {
    const outputs = [{ name: "references", hasValue: false }];
    const plan = summarize(["web"], stacksWith({ images: { outputs } }));
    expect(plan.changed).toBe(true);
    expect(plan.stacks.map(({ outputsChange }) => outputsChange)).toEqual([false, true, false]);
  });

  test("values that will change are named with the services that they reach, by their stack", () => {
    const outputs = inputs.map(({ output: name }) => ({ name, hasValue: true }));
    const plan = summarize(
      ["web", "orders"],
      stacksWith({ images: { outputs }, platform: { synthesized } }),
      ["web takes the path / from orders."],
    );
    expect(plan.stacks.map(({ plannedAsNow }) => plannedAsNow)).toEqual([
      [],
      [],
      [
        { producer: "registry", services: ["platform", "web"] },
        { producer: "images", services: ["web", "orders"] },
      ],
    ]);
    expect(plan.services.map(({ newImages }) => newImages)).toEqual([
      ["web", "database-setup", "web_otel", "digests"],
      [],
    ]);
    expect(plan.moves).toEqual(["web takes the path / from orders."]);
  });

  test("what cannot be planned yet is to be added later or not known, and the rest neither", () => {
    const changes = [
      change("platform", "aws_lb.a", "create"),
      change("platform", "aws_lb.b", "create", true),
      change("platform", "aws_lb.c", "unknown", true),
      change("platform", "aws_lb.d", "unknown", true),
    ];
    const stacks = stacksWith({ platform: { changes, waitsFor: "images" } });
    expect(summarize([], stacks).stacks[2]).toEqual({
      stack: "platform",
      add: 2,
      change: 0,
      remove: 0,
      outputsChange: false,
      waitsFor: "images",
      addedLater: 1,
      notKnown: 2,
      plannedAsNow: [],
    });
  });

  test("the platform's own images are named once, beside its other resources", () => {
    const resources = new Map(
      ["database-setup", "ready"].map((name) => [
        `docker_image.images_${name}_image_1A2B3C4D`,
        { triggers: { content: "a1b2c3d4e5f6" } },
      ]),
    );
    const changes = ["database-setup", "ready"].flatMap((name) => [
      change("images", `terraform_data.images_${name}_sources`, "create"),
      change("images", `docker_registry_image.images_${name}_pushed`, "create"),
    ]);
    const repository = change("registry", "aws_ecr_repository.images_ready_repository", "create");
    const stacks = stacksWith({
      registry: { changes: [repository] },
      images: { changes, synthesized: { stack: "images", resources, inputs: [] } },
    });
    expect(summarize(["web"], stacks).platform).toEqual({
      summary:
        "ready: new image a1b2c3d4; database-setup: new image a1b2c3d4; 1 to add: aws_ecr_repository images_ready_repository",
      changes: [repository, ...changes],
    });
  });
});
