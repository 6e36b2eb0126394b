import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOTHING, destroyStack } from "../../../../operations/deployment/destroy-stack";
import { createClients } from "../../../../operations/target/clients";
import { applyStack, readState } from "../../../../operations/terraform/terraform-stack";
import { readConfig } from "../../../../project";

// Not the folder that a deployment of this checkout may be using now.
const folders = vi.hoisted(() => ({ stack: "" }));

vi.mock("../../../../operations/terraform/synthesis");
vi.mock("../../../../operations/terraform/terraform-process", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  stackFolder: () => folders.stack,
}));
vi.mock("../../../../operations/terraform/terraform-stack", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  applyStack: vi.fn(),
  readState: vi.fn(),
}));

const WHOLE = {
  terraform: { backend: { local: { path: "/states/platform" } } },
  provider: { aws: [{}] },
  resource: { aws_lb: { alb: { name: "platform-dev" } } },
};

const file = () => path.join(folders.stack, "cdk.tf.json");
const written = () => JSON.parse(readFileSync(file(), "utf8")) as unknown;

beforeEach(() => {
  vi.resetAllMocks();
  folders.stack = mkdtempSync(path.join(tmpdir(), "destroyed-"));
  mkdirSync(folders.stack, { recursive: true });
  writeFileSync(file(), JSON.stringify(WHOLE));
  vi.mocked(readState).mockResolvedValue({ resources: [{ mode: "managed" }] });
});
afterEach(() => {
  rmSync(folders.stack, { recursive: true });
});

async function destroyPlatform(): Promise<string> {
  const clientSettings = { region: "us-east-1" };
  const { config, services } = readConfig({});
  const target = {
    config,
    services,
    clientSettings,
    clients: createClients(clientSettings),
    environment: {},
    terraform: "/nowhere/terraform",
    docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
    signal: new AbortController().signal,
  };
  return await destroyStack("platform", target, () => undefined);
}

describe("the destruction of a stack", () => {
  test("applies it without its resources, and leaves its configuration as it was", async () => {
    vi.mocked(applyStack).mockImplementation(() => {
      expect(written()).toEqual({ terraform: WHOLE.terraform, provider: WHOLE.provider });
      return Promise.resolve({ add: 0, change: 0, remove: 9 });
    });
    expect(await destroyPlatform()).toBe("0 to add, 0 to change, 9 to destroy");
    expect(written()).toEqual(WHOLE);
  });

  test("leaves the configuration as it was when it fails: plain Terraform would destroy the rest", async () => {
    vi.mocked(applyStack).mockRejectedValue(new Error("in use"));
    await expect(destroyPlatform()).rejects.toThrow("in use");
    expect(written()).toEqual(WHOLE);
  });

  test.each([
    ["no state", undefined],
    ["only data sources in its state", { resources: [{ mode: "data" }] }],
  ])("does nothing with %s", async (_, state) => {
    vi.mocked(readState).mockResolvedValue(state);
    expect(await destroyPlatform()).toBe(NOTHING);
    expect(applyStack).not.toHaveBeenCalled();
  });
});
