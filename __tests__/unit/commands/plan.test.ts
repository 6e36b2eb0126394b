import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plan } from "../../../commands/plan";
import * as times from "../../../operations/checks/past-times";
import * as checks from "../../../operations/checks/phase";
import * as imagesPlanning from "../../../operations/images/images-planning";
import * as keptStores from "../../../operations/deployment/kept-stores";
import * as planning from "../../../operations/plan/plan-stack";
import { Interrupted } from "../../../operations/terminal/interruption";
import * as synthesis from "../../../operations/terraform/synthesis";
import * as synthesized from "../../../operations/terraform/synthesized-stack";
import * as stacks from "../../../operations/terraform/terraform-stack";
import { hearLines, run } from "../../support/command";

beforeEach(() => {
  hearLines();
  // Programs of every system, in the place of a Terraform that runs and of one that does not.
  vi.stubEnv("TERRAFORM_BINARY_NAME", "true");
  vi.spyOn(checks, "requireStatePlace").mockResolvedValue();
  vi.spyOn(imagesPlanning, "planningOfImages").mockResolvedValue({
    planning: { trustState: false, replace: [] },
    lacking: [],
  });
  vi.spyOn(planning, "planStack").mockResolvedValue({});
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(synthesized, "readSynthesizedStack").mockImplementation((_, stack) => ({
    stack,
    resources: new Map(),
    inputs: [],
  }));
  vi.spyOn(stacks, "readOutputs").mockResolvedValue({});
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const CHANGE = {
  resource_changes: [{ address: "aws_lb.alb", change: { actions: ["create"] } }],
};

describe("the exit code of a plan", () => {
  test("is 0 without changes, as of terraform plan -detailed-exitcode", async () => {
    expect(await run(plan, "dev")).toBe(0);
    expect(planning.planStack).toHaveBeenCalledTimes(3);
  });

  test.each(["registry", "images", "platform"])("is 2 if %s changes", async (changed) => {
    vi.mocked(planning.planStack).mockImplementation((stack) =>
      Promise.resolve(stack === changed ? CHANGE : {}),
    );
    expect(await run(plan, "dev")).toBe(2);
  });

  test("is 2 if only outputs change", async () => {
    const outputs = { output_changes: { url: { actions: ["update"] } } };
    vi.mocked(planning.planStack).mockResolvedValue(outputs);
    expect(await run(plan, "dev", "--json")).toBe(2);
  });
});

test("a plan says which secrets a deployment would miss, and is a plan all the same", async () => {
  vi.spyOn(checks, "missingSecretLines").mockResolvedValue(["✖ the secret KEY of web is not set"]);
  expect(await run(plan, "dev", "--json")).toBe(0);
  expect(console.error).toHaveBeenCalledWith("✖ the secret KEY of web is not set");
  // Only the plan is on the standard output.
  expect(console.log).toHaveBeenCalledTimes(1);
});

test("a plan names a time of a schedule that is over, and is a plan all the same", async () => {
  vi.spyOn(times, "pastTimes").mockReturnValue(["the time … of web is over"]);
  expect(await run(plan, "dev", "--json")).toBe(0);
  expect(console.error).toHaveBeenCalledWith("the time … of web is over");
  expect(console.log).toHaveBeenCalledTimes(1);
});

describe("the cost of a deployment", () => {
  const gateway = { address: "aws_nat_gateway.a", mode: "managed", values: {} };
  const deployed = { prior_state: { values: { root_module: { resources: [gateway] } } } };

  beforeEach(() => {
    vi.mocked(synthesized.readSynthesizedStack).mockImplementation((_, stack) => ({
      stack,
      resources: new Map(
        stack === "platform" ? ["a", "b"].map((name) => [`aws_nat_gateway.${name}`, {}]) : [],
      ),
      inputs: [],
    }));
  });

  test("is the last line of a plan that changes it, from what the plan itself has as deployed", async () => {
    vi.mocked(planning.planStack).mockImplementation((stack) =>
      Promise.resolve(stack === "platform" ? deployed : {}),
    );
    await run(plan, "dev");
    const printed = vi.mocked(console.log).mock.lastCall?.[0] as string;
    expect(printed.split("\n").at(-1)).toBe(
      "cost: 33 $ → 66 $ a month at the least, 33 $ → 66 $ at the most",
    );
  });

  test("is a part of the JSON too", async () => {
    await run(plan, "dev", "--json");
    const printed = vi.mocked(console.log).mock.lastCall?.[0] as string;
    expect(JSON.parse(printed)).toMatchObject({ cost: { after: { from: 65.7, to: 65.7 } } });
  });
});

test.each<[string, Error, RegExp]>([
  [
    "failed",
    new stacks.StackFailure("images", ["no such image"]),
    /images cannot be planned[^]*no such/,
  ],
  ["was interrupted", new Interrupted(), /interrupted; nothing was changed/],
])("a plan that %s is a failure, and never an exit code of changes", async (_, error, words) => {
  vi.mocked(planning.planStack).mockRejectedValue(error);
  await expect(run(plan, "dev")).rejects.toThrow(words);
  expect(process.exitCode).toBeUndefined();
});

test.each(["false", "/nowhere/terraform"])(
  "a Terraform that does not run is named before anything is written: %s",
  async (program) => {
    vi.stubEnv("TERRAFORM_BINARY_NAME", program);
    await expect(run(plan, "dev")).rejects.toThrow(`${program} cannot be run`);
    expect(synthesis.synthesize).not.toHaveBeenCalled();
  },
);

test("a plan for approval is refused where HCP Terraform makes a plan of its own", async () => {
  vi.stubEnv("PLATFORM_BACKEND", "cloud");
  vi.stubEnv("PLATFORM_HCP_ORGANIZATION", "acme");
  await expect(run(plan, "dev", "--out", "/nowhere")).rejects.toThrow("cannot be approved");
  expect(synthesis.synthesize).not.toHaveBeenCalled();
});

test("a plan that takes a database from a protected service is refused before Terraform plans it", async () => {
  vi.mocked(stacks.readOutputs).mockResolvedValue({ databases: { invoices: "invoices" } });
  await expect(run(plan, "prod")).rejects.toThrow("invoices would lose its database invoices");
  expect(planning.planStack).not.toHaveBeenCalled();
});

test("a plan that would lose messages or objects of a protected environment is refused as early", async () => {
  const outputs = { "bucket-names": { uploads: "platform-uploads-1-use1-prod" } };
  vi.mocked(stacks.readOutputs).mockResolvedValue(outputs);
  vi.spyOn(keptStores, "requireEmptyStores").mockImplementation((given, { config }) => {
    expect(given).toBe(outputs);
    return Promise.reject(new Error(`${config.suffix} would lose uploads`));
  });
  await expect(run(plan, "prod")).rejects.toThrow("prod would lose uploads");
  expect(planning.planStack).not.toHaveBeenCalled();
});
