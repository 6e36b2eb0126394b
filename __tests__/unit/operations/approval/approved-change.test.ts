import { expect, test } from "vitest";
import { type ApprovedChange, changesIn } from "../../../../operations/approval/approved-change";

const address = "aws_ecs_service.web";

/** The one change of a plan, as `terraform show -json` prints it. */
function changeOf(action: string, change: object): ApprovedChange | undefined {
  const resource = { address, mode: "managed", change: { actions: action.split(","), ...change } };
  return changesIn({ resource_changes: [resource] })[0];
}

const DIGEST = expect.stringMatching(/^[0-9a-f]{32}$/) as unknown;

test("a new resource has a digest of each value, and a word for those that are unknown or sensitive", () => {
  const change = {
    before: null,
    after: { cpu: 1, note: null, tags: { a: "x" }, ports: [80], none: [], password: "p" },
    after_unknown: { arn: true, tags: {}, ports: [false], more: {} },
    after_sensitive: { password: true },
  };
  expect(changeOf("create", change)).toEqual({
    address,
    action: "create",
    after: {
      "/cpu": DIGEST,
      "/tags/a": DIGEST,
      "/ports/0": DIGEST,
      "/none": DIGEST,
      "/arn": "unknown",
      "/password": "sensitive",
    },
    before: {},
  });
});

test("an update has only the values that differ, in the order of their names", () => {
  const change = {
    before: { name: "web", size: 1, cpu: 1, tags: { a: "x" } },
    after: { name: "web", size: 2, cpu: 2, tags: {} },
    after_unknown: false,
  };
  const update = changeOf("update", change);
  expect(update).toEqual({
    address,
    action: "update",
    after: { "/cpu": DIGEST, "/size": DIGEST, "/tags": DIGEST, "/tags/a": "none" },
    before: { "/cpu": DIGEST, "/size": DIGEST, "/tags": "none", "/tags/a": DIGEST },
  });
  expect(Object.keys(update?.after ?? {})).toEqual(["/cpu", "/size", "/tags", "/tags/a"]);
});

test("a replacement is approved whatever it replaces, and a deletion whatever it deletes", () => {
  const change = { before: { count: 2 }, after: { count: 3 } };
  expect(changeOf("delete,create", change)).toEqual({
    address,
    action: "replace",
    after: { "/count": DIGEST },
    before: {},
  });
  expect(changeOf("delete", { before: { count: 2 }, after: null })).toEqual({
    address,
    action: "delete",
    after: {},
    before: {},
  });
});

test("a secret leaves no digest, neither of what it becomes nor of what it was", () => {
  const secret = { before: { password: "old" }, after: { password: "new" } };
  const change = {
    ...secret,
    before_sensitive: { password: true },
    after_sensitive: { password: true },
  };
  expect(changeOf("update", change)).toEqual({ address, action: "update", after: {}, before: {} });
});

test("a data source is no change, even one that goes", () => {
  const data = { address: "data.aws_lb.alb", mode: "data", change: { actions: ["delete"] } };
  expect(changesIn({ resource_changes: [data] })).toEqual([]);
});
