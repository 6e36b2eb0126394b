import { beforeEach, describe, expect, test, vi } from "vitest";
import { restore } from "../../../commands/restore";
import * as checks from "../../../operations/checks/phase";
import * as deployment from "../../../operations/deployment/deploy-stacks";
import * as repositories from "../../../operations/deployment/repositories";
import * as discard from "../../../operations/restoration/discard";
import * as restoration from "../../../operations/restoration/restore-database";
import { Failure } from "../../../operations/terminal/run";
import * as synthesis from "../../../operations/terraform/synthesis";
import { hearLines, run } from "../../support/command";

const REPOSITORIES = { web: "123456789012.dkr.ecr…/web" };

let steps: string[] = [];
beforeEach(() => {
  steps = [];
  const recording = (step: string) => () => {
    steps.push(step);
    return Promise.resolve();
  };
  hearLines();
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(checks, "requireStatePlace").mockImplementation(recording("state place"));
  vi.spyOn(repositories, "readRepositories").mockResolvedValue(REPOSITORIES);
  vi.spyOn(checks, "requireAccount").mockImplementation(recording("account"));
  vi.spyOn(restoration, "restoreDatabase").mockImplementation(recording("restore"));
  vi.spyOn(deployment, "deployStacks").mockImplementation(recording("deploy"));
  vi.spyOn(discard, "discardClusters").mockImplementation(() => {
    steps.push("discard");
    return Promise.resolve([]);
  });
});

describe("a restore", () => {
  test("knows the account before it changes a cluster, and deploys the environment afterwards", async () => {
    await run(restore, "dev", "--to", "latest");
    expect(steps).toEqual(["state place", "account", "restore", "deploy"]);
    expect(checks.requireAccount).toHaveBeenCalledWith(
      expect.objectContaining({ deployedRepositories: REPOSITORIES }),
    );
  });

  test("discards clusters of the environment's own account only", async () => {
    await run(restore, "dev", "--discard");
    expect(steps).toEqual(["state place", "account", "discard"]);
  });

  test.each([["--to", "latest"], ["--discard"]])(
    "with credentials of another account changes nothing: %s",
    async (...options) => {
      vi.mocked(checks.requireAccount).mockRejectedValue(new Failure(["another account"]));
      await expect(run(restore, "dev", ...options)).rejects.toThrow("another account");
      expect(steps).toEqual(["state place"]);
    },
  );

  test("names its environment and its point, so that no variable chooses them", async () => {
    await expect(run(restore)).rejects.toMatchObject({ code: "commander.missingArgument" });
    await expect(run(restore, "dev")).rejects.toThrow("A restore needs one restore point.");
    expect(steps).toEqual([]);
  });
});
