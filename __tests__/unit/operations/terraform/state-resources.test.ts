import { expect, test } from "vitest";
import { resourcesIn } from "../../../../operations/terraform/state-resources";

const bucket = (mode: string, name: string, instances: object[]) => ({
  mode,
  type: "aws_s3_bucket",
  name,
  instances,
});
const STATE = {
  resources: [
    bucket("managed", "logs", [{ attributes: { bucket: "a" } }, { status: "tainted" }]),
    bucket("data", "read", [{ attributes: { bucket: "b" } }]),
    { mode: "managed", type: "aws_sqs_queue", name: "orders", instances: [{}] },
  ],
};

test("a state has the instances of what Terraform manages, and says which are tainted", () => {
  const logs = { name: "logs", address: "aws_s3_bucket.logs" };
  expect(resourcesIn(STATE, "aws_s3_bucket")).toEqual([
    { ...logs, isTainted: false, attributes: { bucket: "a" } },
    { ...logs, isTainted: true, attributes: {} },
  ]);
});

test.each([undefined, {}, { resources: [] }])("a state %j has none", (state) => {
  expect(resourcesIn(state, "aws_s3_bucket")).toEqual([]);
});
