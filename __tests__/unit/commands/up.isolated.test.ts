import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { up } from "../../../commands/up";
import { deployStacks } from "../../../operations/deployment/deploy-stacks";
import { synthesize } from "../../../operations/terraform/synthesis";

vi.mock("../../../local/prepared-machine");
vi.mock("../../../operations/deployment/deploy-stacks");
vi.mock("../../../operations/terraform/synthesis");

beforeEach(() => {
  vi.resetAllMocks();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["HCP Terraform", "cloud", { PLATFORM_HCP_ORGANIZATION: "acme" }],
  ["S3, which a local AWS has only once it runs", "s3", { PLATFORM_STATE_BUCKET: "states" }],
])("up deploys nothing whose states would be in %s", async (_, backend, others) => {
  for (const [name, value] of Object.entries({ ...others, PLATFORM_BACKEND: backend })) {
    vi.stubEnv(name, value);
  }
  const program = new Command("up").exitOverride();
  up(program);
  await expect(program.parseAsync([], { from: "user" })).rejects.toThrow(
    `up keeps its states in files of this checkout, but PLATFORM_BACKEND is ${backend}.`,
  );
  expect(synthesize).not.toHaveBeenCalled();
  expect(deployStacks).not.toHaveBeenCalled();
});
