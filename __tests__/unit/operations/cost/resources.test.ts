import { expect, test } from "vitest";
import { blocks, refersTo } from "../../../../operations/cost/resources";

const cluster = {
  address: "aws_ecs_cluster.cluster_0A",
  type: "aws_ecs_cluster",
  values: { arn: "arn:aws:ecs:us-east-1:1:cluster/platform-dev", name: "platform-dev", id: "" },
};
const definition = {
  address: "aws_ecs_task_definition.web_0A",
  type: "aws_ecs_task_definition",
  values: { family: "platform-web-dev", arn: undefined },
};

test.each<[string, unknown, boolean]>([
  ["an expression of its address", "${aws_ecs_cluster.cluster_0A.arn}", true],
  ["an expression of one whose address begins alike", "${aws_ecs_cluster.cluster_0AB.arn}", false],
  ["its ARN", cluster.values.arn, true],
  ["its name", "platform-dev", true],
  ["a path that ends with its name", "service/platform-dev", true],
  ["a path that goes on", "service/platform-dev/platform-web-dev", false],
  ["a name that ends alike", "other-platform-dev", false],
  ["nothing: an attribute of it may be empty", "", false],
  ["a path that ends with nothing", "service/", false],
  ["no text", ["platform-dev"], false],
])("a resource is named by %s: %j is %s", (_, value, names) => {
  expect(refersTo(value, cluster)).toBe(names);
});

test("any revision of a task definition names it, and no other family's", () => {
  const arn = "arn:aws:ecs:us-east-1:1:task-definition";
  expect(refersTo(`${arn}/platform-web-dev:7`, definition)).toBe(true);
  expect(refersTo(`${arn}/platform-web-dev-2:7`, definition)).toBe(false);
  expect(refersTo(`${arn}/undefined:7`, cluster)).toBe(false);
});

test("a block is one or a list of them, or there is none", () => {
  expect(blocks({ target: { arn: "a" } }, "target")).toEqual([{ arn: "a" }]);
  expect(blocks({ target: [{ arn: "a" }, { arn: "b" }] }, "target")).toHaveLength(2);
  expect(blocks({ target: null }, "target")).toEqual([]);
  expect(blocks({}, "target")).toEqual([]);
});
