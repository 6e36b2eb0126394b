import { describe, expect, test } from "vitest";
import {
  isForeseen,
  lastProducer,
  missingInputs,
} from "../../../../operations/plan/missing-inputs";
import { parseSynthesizedStack } from "../../../../operations/terraform/synthesized-stack";
import { STACKS, type StackName } from "../../../../operations/terraform/terraform-stack";
import { services } from "../../../../services";
import { synthesize } from "../../../support/synth";

const synthesis = synthesize(services);
const outputsOf = (stack: StackName) => Object.keys(synthesis[stack].json["output"] ?? {});
const missing = (stack: StackName, given: [StackName, string[]][]) =>
  missingInputs(parseSynthesizedStack(stack, synthesis[stack].json), new Map(given));

/** Terraform's words. */
const NO_STATE =
  "Unable to find remote state: No stored state was found for the given workspace in the given backend.";
const noAttribute = (name = "") =>
  `Unsupported attribute: This object does not have an attribute named "${name}".`;

test("once the stacks before it are applied, a stack has no missing inputs", () => {
  const given = STACKS.map((stack): [StackName, string[]] => [stack, outputsOf(stack)]);
  expect(missing("images", given)).toEqual([]);
  expect(missing("platform", given)).toEqual([]);
});

test("before anything is applied, images waits for registry and platform for images", () => {
  expect(lastProducer(missing("registry", []))).toBeUndefined();
  expect(lastProducer(missing("images", []))).toBe("registry");
  expect(lastProducer(missing("platform", []))).toBe("images");
});

test("the stack that is waited for is the last of those with a missing output", () => {
  const user = "aws_x.y";
  const missing = [
    { producer: "images", output: "digest", user },
    { producer: "registry", output: "url", user },
  ] as const;
  expect(lastProducer(missing)).toBe("images");
  expect(isForeseen(noAttribute("url"), missing)).toBe(true);
});

test("an input is found in a resource, in a data source and in a local", () => {
  const users = [...missing("images", []), ...missing("platform", [])].map(({ user }) => user);
  for (const kind of ["docker_image.", "local.", "data.aws_ecr_image.", "aws_ecs_task_"]) {
    expect(users.some((user) => user.startsWith(kind))).toBe(true);
  }
});

describe("with one output missing", () => {
  const [output = "", ...others] = outputsOf("registry").filter((name) =>
    name.endsWith("repository_url"),
  );
  const inputs = missing("images", [["registry", others]]);

  test("an error about that output is expected", () => {
    expect([...new Set(inputs.map((input) => input.output))]).toEqual([output]);
    expect(isForeseen(noAttribute(output), inputs)).toBe(true);
    expect(isForeseen(NO_STATE, inputs)).toBe(true);
  });

  test("any other error is unexpected", () => {
    expect(isForeseen(noAttribute(others[0]), inputs)).toBe(false);
    expect(isForeseen("reading ECR images: couldn't find resource", inputs)).toBe(false);
    const denied =
      'error loading the remote state: Unable to list objects in S3 bucket "states" with prefix "env:/": operation error S3: ListObjectsV2, StatusCode: 403, api error AccessDenied: Access Denied';
    expect(isForeseen(denied, inputs)).toBe(false);
  });
});

test.each([
  "Error loading state error: error loading the remote state: Error creating workspace platform-registry-use1-dev: 403 Forbidden",
  "Error retrieving state: forbidden: This run is not authorized to read the state of the workspace 'platform-registry-use1-dev'.",
  "Error downloading state: resource not found",
  "Unable to read remote state: the run does not have access",
])("a state that its server hides with other words is missing too: %s", (error) => {
  const inputs = missing("images", []);
  expect(isForeseen(error, inputs)).toBe(true);
  expect(isForeseen("Error retrieving state: connection refused", inputs)).toBe(false);
});

test("with no missing input, every error is unexpected", () => {
  expect(isForeseen(NO_STATE, [])).toBe(false);
});
