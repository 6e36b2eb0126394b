import { Command } from "commander";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { down } from "../../../commands/down";
import {
  isLocalAwsUp,
  leftovers,
  probedSuffixes,
  stopLocalAws,
} from "../../../local/aws/local-aws";
import { claimLocalAws } from "../../../local/aws/owner";
import { removeRegistryImages } from "../../../local/aws/registry-images";
import { rootKey } from "../../../local/aws/root-key";
import { deployedEnvironments, stateFolder } from "../../../local/aws/state-files";
import { describeCachedImages } from "../../../local/machine/cached-images";
import { destroyStack } from "../../../operations/deployment/destroy-stack";
import { protectedResources } from "../../../operations/deployment/protection";
import { describeDatabases } from "../../../operations/scan/scanner-run";
import { Failure } from "../../../operations/terminal/run";

vi.mock("../../../local/aws/local-aws");
vi.mock("../../../local/aws/owner");
vi.mock("../../../local/aws/registry-images");
vi.mock("../../../local/aws/root-key");
vi.mock("../../../local/aws/state-files");
vi.mock("../../../local/machine/cached-images");
vi.mock("../../../local/prepared-machine", () => ({
  Machine: class {
    readonly docker = {};
    readonly terraform = "/nowhere/terraform";
    readonly baseImages = [];
    readonly toolPhases = () => [];
  },
}));
vi.mock("../../../operations/deployment/destroy-stack");
vi.mock("../../../operations/deployment/protection");
vi.mock("../../../operations/images/probes");
vi.mock("../../../operations/scan/scanner-run");

let steps: string[] = [];
beforeEach(() => {
  vi.resetAllMocks();
  steps = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockReturnValue(true);
  }
  vi.spyOn(console, "log").mockReturnValue();
  vi.mocked(rootKey).mockReturnValue({ accessKeyId: "root", secretAccessKey: "none" });
  // Not the states of this checkout: they are removed.
  vi.mocked(stateFolder).mockReturnValue(".platform/states-of-no-checkout");
  vi.mocked(deployedEnvironments).mockReturnValue([
    { PLATFORM_REGION: "us-east-1", PLATFORM_NAME: "platform", PLATFORM_SUFFIX: "blue" },
  ]);
  vi.mocked(claimLocalAws).mockImplementation(() => {
    steps.push("claim");
    return Promise.resolve();
  });
  vi.mocked(isLocalAwsUp).mockResolvedValue(true);
  vi.mocked(protectedResources).mockResolvedValue([]);
  vi.mocked(destroyStack).mockImplementation((stack, { config }) => {
    steps.push(`destroy ${stack} of ${config.suffix}`);
    return Promise.resolve("");
  });
  vi.mocked(stopLocalAws).mockImplementation(() => {
    steps.push("stop");
    return Promise.resolve();
  });
  vi.mocked(probedSuffixes).mockResolvedValue([]);
  vi.mocked(removeRegistryImages).mockResolvedValue({ count: 0, kept: [] });
  vi.mocked(leftovers).mockResolvedValue([]);
  vi.mocked(describeCachedImages).mockResolvedValue([]);
  vi.mocked(describeDatabases).mockResolvedValue([]);
});

async function remove(): Promise<void> {
  const program = new Command("down").exitOverride();
  down(program);
  await program.parseAsync([], { from: "user" });
}

describe("down", () => {
  test("destroys what uses a stack before the stack, and then the local AWS", async () => {
    await remove();
    expect(steps).toEqual([
      "claim",
      "destroy platform of blue",
      "destroy images of blue",
      "destroy registry of blue",
      "stop",
    ]);
  });

  test("touches nothing of a local AWS that belongs to another checkout", async () => {
    vi.mocked(claimLocalAws).mockRejectedValue(new Failure(["it belongs to another checkout"]));
    await expect(remove()).rejects.toThrow("another checkout");
    expect(steps).toEqual([]);
  });

  test("leaves a protected environment's resources to the end of the local AWS", async () => {
    vi.mocked(protectedResources).mockResolvedValue(["the Aurora cluster platform-blue"]);
    await remove();
    expect(steps).toEqual(["claim", "stop"]);
  });

  test("that leaves something is a failure, which lists it", async () => {
    vi.mocked(leftovers).mockResolvedValue(["the volume aurora"]);
    await expect(remove()).rejects.toThrow("These are left:\n  the volume aurora");
  });
});
