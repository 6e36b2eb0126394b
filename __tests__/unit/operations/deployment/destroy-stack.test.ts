import { expect, test } from "vitest";
import { holdsResources, withoutResources } from "../../../../operations/deployment/destroy-stack";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const { images, platform } = synthesize(fixture);
// `synthesize` reads the stack as Terraform reads it.
const stripped = (stack: typeof images) => withoutResources(stack.json as never);

test("destroying a stack needs no other stack and no image in ECR", () => {
  expect(JSON.stringify(stripped(platform))).not.toMatch(/terraform_remote_state|aws_ecr_image/);
  expect(stripped(platform)).not.toHaveProperty("resource");
  expect(stripped(platform)).not.toHaveProperty("output");
});

test("the providers and the state's location stay unchanged", () => {
  const { terraform, provider } = platform.json;
  expect(stripped(platform)).toEqual({ terraform, provider });
  expect(terraform).toHaveProperty("backend.local.path");
});

test("the account stays, as the Docker provider needs its registry's address", () => {
  expect(stripped(images).data).toEqual({
    aws_caller_identity: { caller: expect.anything() },
  });
});

test("only managed resources have to be destroyed", () => {
  expect(holdsResources(undefined)).toBe(false);
  expect(holdsResources({ resources: [{ mode: "data" }] })).toBe(false);
  expect(holdsResources({ resources: [{ mode: "data" }, { mode: "managed" }] })).toBe(true);
});
