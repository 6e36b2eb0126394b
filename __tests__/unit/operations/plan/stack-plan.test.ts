import { describe, expect, test } from "vitest";
import { countChanges, readStackPlan } from "../../../../operations/plan/stack-plan";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";

const TASK = "aws_ecs_task_definition.services_flask-api_task_revision_68EDC718";
const SERVICE = "aws_ecs_service.services_flask-api_service_30C602D1";

const resource = (address: string, actions: string[], rest: object = {}) => ({
  address,
  mode: "managed",
  change: { actions, ...rest },
});

/** The plan of a platform with one task definition and one service. */
function read(plan: object) {
  const [task = "", service = ""] = [TASK, SERVICE].map((address) => address.split(".")[1]);
  const json = {
    resource: { aws_ecs_task_definition: { [task]: {} }, aws_ecs_service: { [service]: {} } },
  };
  return readStackPlan(plan, parseSynthesizedStack("platform", json));
}

const changesOf = (...resources: object[]) => read({ resource_changes: resources }).changes;

test("unchanged resources and data sources are not changes", () => {
  const data = { ...resource("data.aws_ecr_image.pushed", ["read"]), mode: "data" };
  expect(changesOf(resource(SERVICE, ["no-op"]), data)).toEqual([]);
});

test("an update names the attributes that differ, but not their values", () => {
  const before = { name: "a", secret_string: "old" };
  const update = resource(SERVICE, ["update"], {
    before,
    after: { ...before, secret_string: "new" },
  });
  expect(changesOf(update)[0]?.attributes).toEqual(["secret_string"]);
  expect(JSON.stringify(changesOf(update))).not.toMatch(/old|new/);
});

test("a created or a deleted resource changes as a whole", () => {
  const values = { name: "a" };
  expect(
    changesOf(
      resource(TASK, ["create"], { before: null, after: values }),
      resource(SERVICE, ["delete"], { before: values, after: null }),
    ),
  ).toEqual([
    { stack: "platform", address: TASK, action: "create", attributes: [], pending: false },
    { stack: "platform", address: SERVICE, action: "delete", attributes: [], pending: false },
  ]);
});

test("an attribute that is added counts as changed", () => {
  const update = resource(SERVICE, ["update"], { before: {}, after: { tags: {} } });
  expect(changesOf(update)[0]?.attributes).toEqual(["tags"]);
});

test("an attribute that is unknown until apply counts as changed", () => {
  const update = resource(SERVICE, ["update"], {
    before: { name: "a", task_definition: "arn:1" },
    after: { name: "a" },
    after_unknown: { task_definition: true },
  });
  expect(changesOf(update)[0]?.attributes).toEqual(["task_definition"]);
});

test("a replacement names the attributes that force it", () => {
  const paths = [["container_definitions"], ["volume", 0], ["volume", 1]];
  const replacement = resource(TASK, ["delete", "create"], { replace_paths: paths });
  expect(changesOf(replacement)[0]?.attributes).toEqual(["container_definitions", "volume"]);
  const tainted = { ...replacement, action_reason: "replace_because_tainted" };
  expect(changesOf(tainted)[0]?.attributes).toEqual(["tainted"]);
});

test("a replacement is one to add and one to destroy, in either order", () => {
  const changes = changesOf(
    resource("aws_lb_target_group.a", ["create", "delete"]),
    resource("aws_lb_target_group.b", ["delete", "create"]),
    resource("aws_lb_target_group.c", ["update"]),
    resource("aws_lb_target_group.d", ["delete"]),
  );
  expect(countChanges(changes)).toEqual({ add: 2, change: 1, remove: 3 });
});

describe("with a missing input", () => {
  const plan = {
    errored: true,
    resource_changes: [],
    prior_state: { values: { root_module: { resources: [{ address: SERVICE }] } } },
  };

  test("a new resource is to be added, and an existing resource is unknown", () => {
    const pending = { stack: "platform", attributes: [], pending: true };
    expect(read(plan).changes).toEqual([
      { ...pending, address: TASK, action: "create" },
      { ...pending, address: SERVICE, action: "unknown" },
    ]);
  });

  test("a resource that Terraform could plan counts once", () => {
    const planned = { ...plan, resource_changes: [resource(TASK, ["create"])] };
    expect(read(planned).changes.map(({ address, pending }) => [address, pending])).toEqual([
      [TASK, false],
      [SERVICE, true],
    ]);
  });

  test("an unknown change is not counted", () => {
    expect(countChanges(read(plan).changes)).toEqual({ add: 1, change: 0, remove: 0 });
  });

  test("a plan without errors is complete", () => {
    expect(read({ ...plan, errored: false }).changes).toEqual([]);
  });
});

test("a created output has no value that other stacks could be planned with", () => {
  const { outputs } = read({
    output_changes: {
      digest: { actions: ["update"], after_unknown: true },
      url: { actions: ["create"] },
      references: { actions: ["no-op"] },
    },
  });
  expect(outputs).toEqual([
    { name: "digest", hasValue: true },
    { name: "url", hasValue: false },
  ]);
});
