import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { up } from "../../../commands/up";
import * as prepared from "../../../local/prepared-machine";
import * as deployment from "../../../operations/deployment/deploy-stacks";
import * as synthesis from "../../../operations/terraform/synthesis";
import { run } from "../../support/command";

beforeEach(() => {
  vi.spyOn(prepared, "Machine").mockImplementation(() => {
    throw new Error("no test prepares this machine");
  });
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(deployment, "deployStacks").mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["HCP Terraform", "cloud", { PLATFORM_HCP_ORGANIZATION: "acme" }],
  ["S3, which a local AWS has only once it runs", "s3", { PLATFORM_STATE_BUCKET: "states" }],
])("up prepares and deploys nothing whose states would be in %s", async (_, backend, others) => {
  for (const [name, value] of Object.entries({ ...others, PLATFORM_BACKEND: backend })) {
    vi.stubEnv(name, value);
  }
  await expect(run(up)).rejects.toThrow(
    `up keeps its states in files of this checkout, but PLATFORM_BACKEND is ${backend}.`,
  );
  expect(prepared.Machine).not.toHaveBeenCalled();
  expect(synthesis.synthesize).not.toHaveBeenCalled();
  expect(deployment.deployStacks).not.toHaveBeenCalled();
});
