import { Command } from "commander";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { doctor } from "../../../commands/doctor";
import { runChecks } from "../../../operations/checks/preflight";
import { githubApi } from "../../../operations/github/api";

vi.mock("../../../operations/github/api");
vi.mock("../../../operations/checks/preflight", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  runChecks: vi.fn(),
}));

let said: string[] = [];
beforeEach(() => {
  vi.resetAllMocks();
  said = [];
  vi.mocked(githubApi).mockResolvedValue({ missing: "GITHUB_TOKEN is not set" });
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    said.push(line);
  });
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});

async function examined(...args: string[]): Promise<void> {
  const program = new Command("doctor").exitOverride();
  doctor(program);
  await program.parseAsync(args, { from: "user" });
}

const well = { title: "Region", result: { found: "us-east-1" } };
const ill = { title: "Disk", result: { problems: [{ problem: "full", fix: "empty it" }] } };

describe("the exit code of doctor", () => {
  test("is 0 if every condition is met, though GitHub was not asked", async () => {
    vi.mocked(runChecks).mockResolvedValue([well]);
    await expect(examined("dev")).rejects.toThrow("exit 0");
    expect(said).toContain("– Environment on GitHub: not checked: GITHUB_TOKEN is not set");
  });

  test("is 1 if one is not, with the fix", async () => {
    vi.mocked(runChecks).mockResolvedValue([well, ill]);
    await expect(examined("dev")).rejects.toThrow("exit 1");
    expect(said).toContain("✖ Disk: full\n  → empty it");
  });

  test("is 2 after a mistake in the settings, before anything is asked", async () => {
    await expect(examined("pord")).rejects.toThrow("exit 2");
    expect(runChecks).not.toHaveBeenCalled();
  });
});
