import { Command } from "commander";
import { beforeEach, expect, test, vi } from "vitest";
import { github } from "../../../commands/github";
import { githubApi } from "../../../operations/github/api";
import { codeOwnerProblems } from "../../../operations/github/code-owners";
import { gateProblems } from "../../../operations/github/environments";

vi.mock("../../../operations/github/api");
vi.mock("../../../operations/github/code-owners");
vi.mock("../../../operations/github/environments", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  gateProblems: vi.fn(),
}));

const PROBLEM = { problem: "prod has no reviewers", fix: "add them" };

beforeEach(() => {
  vi.resetAllMocks();
  vi.spyOn(console, "log").mockReturnValue();
  // The command reads only its repository.
  vi.mocked(githubApi).mockResolvedValue({ api: { repository: "acme/shop" } } as never);
  vi.mocked(gateProblems).mockResolvedValue([]);
  vi.mocked(codeOwnerProblems).mockResolvedValue([]);
});

async function check(): Promise<void> {
  const program = new Command("github").exitOverride();
  github(program);
  await program.parseAsync([], { from: "user" });
}

test("protected environments and known owners are well", async () => {
  await expect(check()).resolves.toBeUndefined();
});

test("one environment without protection is a failure, with the fix", async () => {
  vi.mocked(gateProblems).mockResolvedValue([PROBLEM]);
  await expect(check()).rejects.toThrow("✖ prod has no reviewers\n  → add them");
});

test("an owner that GitHub does not know is a failure", async () => {
  vi.mocked(codeOwnerProblems).mockResolvedValue([PROBLEM]);
  await expect(check()).rejects.toThrow("✖ prod has no reviewers");
});

test("what cannot be read counts as nothing that is well", async () => {
  vi.mocked(githubApi).mockResolvedValue({ missing: "GITHUB_TOKEN is not set" });
  await expect(check()).rejects.toThrow("cannot be read: GITHUB_TOKEN is not set");
});
