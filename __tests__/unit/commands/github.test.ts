import { beforeEach, expect, test, vi } from "vitest";
import { github } from "../../../commands/github";
import * as api from "../../../operations/github/api";
import * as owners from "../../../operations/github/code-owners";
import * as environments from "../../../operations/github/environments";
import { hearLines, run } from "../../support/command";

const PROBLEM = { problem: "prod has no reviewers", fix: "add them" };

beforeEach(() => {
  hearLines();
  // The command reads only its repository.
  vi.spyOn(api, "githubApi").mockResolvedValue({ api: { repository: "acme/shop" } } as never);
  vi.spyOn(environments, "gateProblems").mockResolvedValue([]);
  vi.spyOn(owners, "codeOwnerProblems").mockResolvedValue([]);
});

test("protected environments and known owners are well", async () => {
  await expect(run(github)).resolves.toBeUndefined();
});

test("one environment without protection is a failure, with the fix", async () => {
  vi.mocked(environments.gateProblems).mockResolvedValue([PROBLEM]);
  await expect(run(github)).rejects.toThrow("✖ prod has no reviewers\n  → add them");
});

test("an owner that GitHub does not know is a failure", async () => {
  vi.mocked(owners.codeOwnerProblems).mockResolvedValue([PROBLEM]);
  await expect(run(github)).rejects.toThrow("✖ prod has no reviewers");
});

test("what cannot be read counts as nothing that is well", async () => {
  vi.mocked(api.githubApi).mockResolvedValue({ missing: "GITHUB_TOKEN is not set" });
  await expect(run(github)).rejects.toThrow("cannot be read: GITHUB_TOKEN is not set");
});
