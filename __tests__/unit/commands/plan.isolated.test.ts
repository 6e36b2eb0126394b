import { Command } from "commander";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plan } from "../../../commands/plan";
import { planStack } from "../../../operations/plan/plan-stack";
import { Interrupted } from "../../../operations/terminal/interruption";
import { synthesize } from "../../../operations/terraform/synthesis";
import { StackFailure, readOutputs } from "../../../operations/terraform/terraform-stack";

vi.mock("execa");
vi.mock("../../../operations/checks/phase");
vi.mock("../../../operations/images/engine-cache");
vi.mock("../../../operations/plan/plan-stack");
vi.mock("../../../operations/terraform/synthesis");
vi.mock("../../../operations/terraform/synthesized-stack", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readSynthesizedStack: (_: string, stack: string) => ({ stack, resources: new Map(), inputs: [] }),
}));
vi.mock("../../../operations/terraform/terraform-stack", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  readOutputs: vi.fn(),
}));

beforeEach(() => {
  vi.resetAllMocks();
  // Of its many results a plan reads one member.
  vi.mocked(execa).mockResolvedValue({ failed: false } as never);
  vi.mocked(readOutputs).mockResolvedValue({});
  vi.mocked(planStack).mockResolvedValue({});
  vi.spyOn(console, "log").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => {
  process.exitCode = undefined;
  vi.unstubAllEnvs();
});

async function planned(...args: string[]): Promise<typeof process.exitCode> {
  const program = new Command("plan").exitOverride();
  plan(program);
  await program.parseAsync(args, { from: "user" });
  return process.exitCode;
}

const CHANGE = {
  resource_changes: [{ address: "aws_lb.alb", change: { actions: ["create"] } }],
};

describe("the exit code of a plan", () => {
  test("is 0 without changes, as of terraform plan -detailed-exitcode", async () => {
    expect(await planned("dev")).toBe(0);
    expect(planStack).toHaveBeenCalledTimes(3);
  });

  test.each(["registry", "images", "platform"])("is 2 if %s changes", async (changed) => {
    vi.mocked(planStack).mockImplementation((stack) =>
      Promise.resolve(stack === changed ? CHANGE : {}),
    );
    expect(await planned("dev")).toBe(2);
  });

  test("is 2 if only outputs change", async () => {
    const outputs = { output_changes: { url: { actions: ["update"] } } };
    vi.mocked(planStack).mockResolvedValue(outputs);
    expect(await planned("dev", "--json")).toBe(2);
  });
});

test.each<[string, Error, RegExp]>([
  ["failed", new StackFailure("images", ["no such image"]), /images cannot be planned[^]*no such/],
  ["was interrupted", new Interrupted(), /interrupted; nothing was changed/],
])("a plan that %s is a failure, and never an exit code of changes", async (_, error, words) => {
  vi.mocked(planStack).mockRejectedValue(error);
  await expect(planned("dev")).rejects.toThrow(words);
  expect(process.exitCode).toBeUndefined();
});

test("a Terraform that does not run is named before anything is written", async () => {
  vi.mocked(execa).mockResolvedValue({ failed: true } as never);
  await expect(planned("dev")).rejects.toThrow("terraform cannot be run");
  expect(synthesize).not.toHaveBeenCalled();
});

test("a plan for approval is refused where HCP Terraform makes a plan of its own", async () => {
  vi.stubEnv("PLATFORM_BACKEND", "cloud");
  vi.stubEnv("PLATFORM_HCP_ORGANIZATION", "acme");
  await expect(planned("dev", "--out", "/nowhere")).rejects.toThrow("cannot be approved");
  expect(synthesize).not.toHaveBeenCalled();
});

test("a plan that takes a database from a protected service is refused before Terraform plans it", async () => {
  vi.mocked(readOutputs).mockResolvedValue({ databases: { invoices: "invoices" } });
  await expect(planned("prod")).rejects.toThrow("invoices would lose its database invoices");
  expect(planStack).not.toHaveBeenCalled();
});
