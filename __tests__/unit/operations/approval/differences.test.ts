import { describe, expect, test } from "vitest";
import { changesIn } from "../../../../operations/approval/approved-change";
import { differences } from "../../../../operations/approval/differences";
import { UNKNOWN_INPUT } from "../../../../operations/approval/unknown-inputs";

const task = "aws_ecs_task_definition.web";
const service = "aws_ecs_service.web";

/** A plan as `terraform show -json` prints it. */
function plan(...changes: object[]): unknown {
  return { resource_changes: changes.map((change) => ({ mode: "managed", ...change })) };
}

function update(before: object, after: object, unknown: object = {}, sensitive: object = {}) {
  return {
    address: service,
    change: {
      actions: ["update"],
      before,
      after,
      after_unknown: unknown,
      before_sensitive: sensitive,
      after_sensitive: sensitive,
    },
  };
}

function replace(image: unknown, unknown: object = { arn: true }) {
  const after = { family: "web", ...(image === undefined ? {} : { image }) };
  return {
    address: task,
    change: {
      actions: ["delete", "create"],
      before: { family: "web", image: "one", arn: "arn:1" },
      after,
      after_unknown: unknown,
    },
  };
}

const between = (approved: unknown, planned: unknown) =>
  differences(changesIn(approved), changesIn(planned));

describe("a new plan is the approved one", () => {
  test("when every change and every value is the same", () => {
    const same = plan(update({ cpu: 1 }, { cpu: 2 }), replace("two"));
    expect(between(same, structuredClone(same))).toEqual([]);
  });

  test("when an unknown value has become known", () => {
    const approved = plan(replace(undefined, { arn: true, image: true }));
    expect(between(approved, plan(replace("two")))).toEqual([]);
    expect(between(approved, plan(replace({ deep: ["two"] })))).toEqual([]);
  });

  test("when an unknown value has become what it was", () => {
    const approved = plan(update({ cpu: 1, task: "1" }, { cpu: 2 }, { task: true }));
    const planned = plan(update({ cpu: 1, task: "1" }, { cpu: 2, task: "1" }));
    expect(between(approved, planned)).toEqual([]);
  });

  test("when a change of unknown values alone has become none", () => {
    const approved = plan(update({ task: "1" }, {}, { task: true }));
    expect(between(approved, plan())).toEqual([]);
    const replaced = plan(replace(undefined, { arn: true, image: true }));
    expect(between(replaced, plan())).toEqual([]);
  });

  test("when a value has moved that neither plan changes, such as the number of tasks", () => {
    const approved = plan(update({ cpu: 1, desired_count: 2 }, { cpu: 2, desired_count: 2 }));
    const planned = plan(update({ cpu: 1, desired_count: 5 }, { cpu: 2, desired_count: 5 }));
    expect(between(approved, planned)).toEqual([]);
  });

  test("when something is read, kept or only an aid of the plan", () => {
    const aside = [
      { address: "data.aws_lb.alb", mode: "data", change: { actions: ["read"] } },
      { address: "aws_lb.alb", change: { actions: ["no-op"] } },
      { address: UNKNOWN_INPUT, change: { actions: ["create"], after: {} } },
    ];
    expect(between(plan(), plan(...aside))).toEqual([]);
  });

  test("when it deletes what an interrupted replacement has left at an address that it updates", () => {
    const left = { address: service, deposed: "1a2b3c4d", change: { actions: ["delete"] } };
    const approved = plan(update({ cpu: 1 }, { cpu: 2 }), left);
    expect(between(approved, structuredClone(approved))).toEqual([]);
    const own = { address: service, change: { actions: ["delete"] } };
    expect(between(plan(left), plan(own))).toEqual([
      `${service}: delete was not approved`,
      `${service} (deposed 1a2b3c4d): delete was approved, and is not planned any more`,
    ]);
  });
});

describe("a new plan is refused", () => {
  const approved = plan(update({ cpu: 1, tags: { a: "x" } }, { cpu: 2, tags: { a: "x" } }));

  test("for a resource that was not approved", () => {
    expect(between(approved, plan(...[update({ cpu: 1 }, { cpu: 2 }), replace("two")]))).toEqual([
      `${task}: replace was not approved`,
    ]);
  });

  test("for another action", () => {
    const planned = plan({ address: service, change: { actions: ["delete"], before: {} } });
    expect(between(approved, planned)).toEqual([
      `${service}: update was approved, and delete is planned`,
    ]);
  });

  test("for another value, a further value, and another value to start from", () => {
    const other = (before: object, after: object) => between(approved, plan(update(before, after)));
    expect(other({ cpu: 1 }, { cpu: 4 })).toEqual([`${service}: another change of cpu`]);
    expect(other({ cpu: 1, tags: { a: "x" } }, { cpu: 2, tags: { a: "y" } })).toEqual([
      `${service}: another change of tags.a`,
    ]);
    expect(other({ cpu: 3 }, { cpu: 2 })).toEqual([`${service}: another change of cpu`]);
    expect(other({ cpu: 1, size: 1 }, { cpu: 4, size: 2 })).toEqual([
      `${service}: another change of cpu, size`,
    ]);
    const create = (after: object) =>
      plan({ address: service, change: { actions: ["create"], after } });
    expect(between(create({}), create({ cpu: 1 }))).toEqual([
      `${service}: another change of the whole resource, cpu`,
    ]);
  });

  test("for a value that was known and is not any more", () => {
    const planned = plan(update({ cpu: 1 }, {}, { cpu: true }));
    expect(between(approved, planned)).toEqual([`${service}: another change of cpu`]);
  });

  test("for an approved change that is gone", () => {
    const gone = [`${service}: update was approved, and is not planned any more`];
    expect(between(approved, plan())).toEqual(gone);
    const partly = plan(update({ cpu: 1, task: "1" }, { cpu: 2 }, { task: true }));
    expect(between(partly, plan())).toEqual(gone);
  });
});

test("an approval contains neither a value nor the digest of a sensitive one", () => {
  const secret = update({ password: "old" }, { password: "new-1" }, {}, { password: true });
  const text = JSON.stringify(changesIn(plan(secret, update({ cpu: 1 }, { cpu: 98765 }))));
  expect(text).not.toMatch(/new-1|98765/);
  const other = update({ password: "old" }, { password: "new-2" }, {}, { password: true });
  expect(changesIn(plan(secret))).toEqual(changesIn(plan(other)));
});
