import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deploy } from "../../../commands/deploy";
import { readApproval } from "../../../operations/approval/approval";
import { deployStacks } from "../../../operations/deployment/deploy-stacks";
import { synthesize } from "../../../operations/terraform/synthesis";
import { readOutputs } from "../../../operations/terraform/terraform-stack";

vi.mock("../../../operations/approval/approval", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readApproval: vi.fn(),
}));
vi.mock("../../../operations/deployment/deploy-stacks");
vi.mock("../../../operations/terraform/synthesis");
vi.mock("../../../operations/terraform/terraform-stack", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readOutputs: vi.fn(),
}));

beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(readOutputs).mockResolvedValue({ url: "http://lb.example.com" });
  vi.spyOn(console, "log").mockReturnValue();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function deployed(...args: string[]): Promise<void> {
  const program = new Command("deploy").exitOverride();
  deploy(program);
  await program.parseAsync(args, { from: "user" });
}

test("the named environment is deployed, whatever the shell has chosen", async () => {
  vi.stubEnv("PLATFORM_SUFFIX", "blue");
  await deployed("pr-7");
  expect(vi.mocked(deployStacks).mock.calls.map(([{ config }]) => config.suffix)).toEqual(["pr-7"]);
  // Terraform would ask HashiCorp for a newer version of itself.
  expect(synthesize).toHaveBeenCalledWith({ PLATFORM_SUFFIX: "pr-7", CHECKPOINT_DISABLE: "1" });
});

test("a database is left only by its name, in the synthesis and in the check before it", async () => {
  await deployed("dev", "--leave-database", "orders", "sales");
  expect(synthesize).toHaveBeenCalledWith(
    expect.objectContaining({ PLATFORM_LEFT_DATABASES: "orders,sales" }),
  );
  const [target] = vi.mocked(deployStacks).mock.lastCall ?? [];
  expect(target?.config.leftDatabases).toEqual(["orders", "sales"]);
  await deployed("dev");
  expect(synthesize).toHaveBeenLastCalledWith(
    expect.not.objectContaining({ PLATFORM_LEFT_DATABASES: expect.anything() as unknown }),
  );
});

test("what was approved is what is deployed", async () => {
  const approval = { madeAt: "2026-11-29T10:00:00Z" };
  // Nothing here reads more of it.
  vi.mocked(readApproval).mockReturnValue(approval as ReturnType<typeof readApproval>);
  await deployed("dev", "--plan", "approved");
  expect(deployStacks).toHaveBeenCalledWith(expect.anything(), approval);
});

test("an approved plan is refused where HCP Terraform makes a plan of its own", async () => {
  vi.stubEnv("PLATFORM_BACKEND", "cloud");
  vi.stubEnv("PLATFORM_HCP_ORGANIZATION", "acme");
  await expect(deployed("dev", "--plan", "approved")).rejects.toThrow("cannot be approved");
  expect(deployStacks).not.toHaveBeenCalled();
});
