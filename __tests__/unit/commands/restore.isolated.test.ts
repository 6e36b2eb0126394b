import { Command } from "commander";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { restore } from "../../../commands/restore";
import { requireAccount, requireStatePlace } from "../../../operations/checks/phase";
import { deployStacks } from "../../../operations/deployment/deploy-stacks";
import { readRepositories } from "../../../operations/deployment/repositories";
import { discardClusters } from "../../../operations/restoration/discard";
import { restoreDatabase } from "../../../operations/restoration/restore-database";
import { Failure } from "../../../operations/terminal/run";

vi.mock("../../../operations/checks/phase");
vi.mock("../../../operations/deployment/deploy-stacks");
vi.mock("../../../operations/deployment/repositories");
vi.mock("../../../operations/restoration/discard");
vi.mock("../../../operations/restoration/restore-database");
vi.mock("../../../operations/terraform/synthesis");

let steps: string[] = [];
beforeEach(() => {
  vi.resetAllMocks();
  steps = [];
  const recording = (step: string) => () => {
    steps.push(step);
    return Promise.resolve();
  };
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockReturnValue(true);
  }
  vi.spyOn(console, "log").mockReturnValue();
  vi.mocked(requireStatePlace).mockImplementation(recording("state place"));
  vi.mocked(readRepositories).mockResolvedValue({ web: "123456789012.dkr.ecr…/web" });
  vi.mocked(requireAccount).mockImplementation(recording("account"));
  vi.mocked(restoreDatabase).mockImplementation(recording("restore"));
  vi.mocked(deployStacks).mockImplementation(recording("deploy"));
  vi.mocked(discardClusters).mockImplementation(() => {
    steps.push("discard");
    return Promise.resolve([]);
  });
});

async function restoring(...args: string[]): Promise<string[]> {
  const program = new Command("restore").exitOverride();
  restore(program);
  await program.parseAsync(args, { from: "user" });
  return steps;
}

describe("a restore", () => {
  test("knows the account before it changes a cluster, and deploys the environment afterwards", async () => {
    expect(await restoring("dev", "--to", "latest")).toEqual([
      "state place",
      "account",
      "restore",
      "deploy",
    ]);
    expect(requireAccount).toHaveBeenCalledWith(
      expect.objectContaining({ deployedRepositories: { web: "123456789012.dkr.ecr…/web" } }),
    );
  });

  test("discards clusters of the environment's own account only", async () => {
    expect(await restoring("dev", "--discard")).toEqual(["state place", "account", "discard"]);
  });

  test.each([["--to", "latest"], ["--discard"]])(
    "with credentials of another account changes nothing: %s",
    async (...options) => {
      vi.mocked(requireAccount).mockRejectedValue(new Failure(["another account"]));
      await expect(restoring("dev", ...options)).rejects.toThrow("another account");
      expect(restoreDatabase).not.toHaveBeenCalled();
      expect(discardClusters).not.toHaveBeenCalled();
    },
  );

  test("names its environment and its point, so that no variable chooses them", async () => {
    await expect(restoring()).rejects.toMatchObject({ code: "commander.missingArgument" });
    await expect(restoring("dev")).rejects.toThrow("A restore needs one restore point.");
    expect(steps).toEqual([]);
  });
});
