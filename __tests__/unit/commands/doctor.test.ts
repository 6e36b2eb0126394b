import { beforeEach, describe, expect, test, vi } from "vitest";
import { doctor } from "../../../commands/doctor";
import * as preflight from "../../../operations/checks/preflight";
import * as github from "../../../operations/github/api";
import * as catalogue from "../../../services";
import { hearLines, run } from "../../support/command";

let heard: ReturnType<typeof hearLines>;
beforeEach(() => {
  heard = hearLines();
  vi.spyOn(preflight, "runChecks").mockResolvedValue([well]);
  vi.spyOn(github, "githubApi").mockResolvedValue({ missing: "GITHUB_TOKEN is not set" });
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});

const well = { title: "Region", result: { found: "us-east-1" } };
const ill = { title: "Disk", result: { problems: [{ problem: "full", fix: "empty it" }] } };

describe("the exit code of doctor", () => {
  test("is 0 if every condition is met, though GitHub was not asked", async () => {
    await expect(run(doctor, "dev")).rejects.toThrow("exit 0");
    expect(heard.out).toContain("– Environment on GitHub: not checked: GITHUB_TOKEN is not set");
  });

  test("is 1 if one is not, with the fix", async () => {
    vi.mocked(preflight.runChecks).mockResolvedValue([well, ill]);
    await expect(run(doctor, "dev")).rejects.toThrow("exit 1");
    expect(heard.out).toContain("✖ Disk: full\n  → empty it");
  });

  test("is 2 after a mistake in the settings, before anything is asked", async () => {
    await expect(run(doctor, "pord")).rejects.toThrow("exit 2");
    expect(preflight.runChecks).not.toHaveBeenCalled();
  });

  test("is 2 if a service is no object, which is a line of the report", async () => {
    // What a catalogue in plain JavaScript could have.
    vi.spyOn(catalogue, "services", "get").mockReturnValue({ broken: null } as never);
    await expect(run(doctor)).rejects.toThrow("exit 2");
    expect(heard.out.join("\n")).toContain(
      "✖ Catalogue and build contexts: services: broken is null; it must be a service",
    );
  });
});
