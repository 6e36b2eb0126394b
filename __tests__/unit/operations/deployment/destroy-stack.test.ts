import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { destroyStack, withoutResources } from "../../../../operations/deployment/destroy-stack";
import * as locks from "../../../../operations/target/lock";
import * as synthesis from "../../../../operations/terraform/synthesis";
import * as terraform from "../../../../operations/terraform/terraform-process";
import * as stacks from "../../../../operations/terraform/terraform-stack";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";
import { targetOf } from "../../../support/target";

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

const WHOLE = {
  terraform: { backend: { local: { path: "/states/platform" } } },
  provider: { aws: [{}] },
  resource: { aws_lb: { alb: { name: "platform-dev" } } },
};

let folder = "";
const file = () => path.join(folder, "cdk.tf.json");
const written = () => JSON.parse(readFileSync(file(), "utf8")) as unknown;

beforeEach(() => {
  // Not the folder that a deployment of this checkout may be using now.
  folder = mkdtempSync(path.join(tmpdir(), "destroyed-"));
  writeFileSync(file(), JSON.stringify(WHOLE));
  vi.spyOn(terraform, "stackFolder").mockReturnValue(folder);
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(stacks, "readState").mockResolvedValue({
    resources: [{ mode: "data" }, { mode: "managed" }],
  });
  vi.spyOn(stacks, "applyStack").mockResolvedValue({ add: 0, change: 0, remove: 9 });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const target = targetOf();
const report = () => undefined;
const destroyPlatform = () => destroyStack("platform", target, report);

describe("the destruction of a stack", () => {
  test("applies it without its resources, and leaves its configuration as it was", async () => {
    vi.mocked(stacks.applyStack).mockImplementation(() => {
      expect(written()).toEqual({ terraform: WHOLE.terraform, provider: WHOLE.provider });
      return Promise.resolve({ add: 0, change: 0, remove: 9 });
    });
    expect(await destroyPlatform()).toBe("0 to add, 0 to change, 9 to destroy");
    expect(stacks.readState).toHaveBeenCalledWith("platform", { ...target, report });
    expect(stacks.applyStack).toHaveBeenCalledWith("platform", { ...target, report });
    expect(written()).toEqual(WHOLE);
  });

  test("leaves the configuration as it was when it fails: plain Terraform would destroy the rest", async () => {
    vi.mocked(stacks.applyStack).mockRejectedValue(new Error("in use"));
    await expect(destroyPlatform()).rejects.toThrow("in use");
    expect(written()).toEqual(WHOLE);
  });

  test("leaves the configuration alone that another command has written by then", async () => {
    const lock = synthesis.lockOf(synthesis.SYNTH_FOLDER);
    vi.spyOn(locks, "isLost").mockImplementation((file) => file === lock.file);
    const others = { terraform: { backend: { local: { path: "/states/other" } } } };
    vi.mocked(stacks.applyStack).mockImplementation(() => {
      writeFileSync(file(), JSON.stringify(others));
      return Promise.resolve({ add: 0, change: 0, remove: 9 });
    });
    await destroyPlatform();
    expect(written()).toEqual(others);
  });

  test("writes nothing once another command has the folder", async () => {
    vi.spyOn(locks, "requireHeld").mockImplementation(() => {
      throw new Error("process 7 has taken over");
    });
    await expect(destroyPlatform()).rejects.toThrow("process 7 has taken over");
    expect(written()).toEqual(WHOLE);
    expect(stacks.applyStack).not.toHaveBeenCalled();
  });

  test("says why it failed though its configuration is gone by then", async () => {
    vi.mocked(stacks.applyStack).mockImplementation(() => {
      rmSync(folder, { recursive: true });
      return Promise.reject(new Error("in use"));
    });
    await expect(destroyPlatform()).rejects.toThrow("in use");
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    ["no state", undefined],
    ["an empty state", null],
    ["only data sources in its state", { resources: [{ mode: "data" }] }],
  ])("does nothing with %s", async (_, state) => {
    vi.mocked(stacks.readState).mockResolvedValue(state);
    expect(await destroyPlatform()).toBe("has nothing");
    expect(stacks.applyStack).not.toHaveBeenCalled();
  });
});
