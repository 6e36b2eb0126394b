import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSources } from "../../../../operations/handbook/sources";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sources-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const git = (...args: string[]) => execa("git", ["-C", folder, ...args]);

test("Git tells the commit, and whether files differ from it", async () => {
  const file = path.join(folder, "a");
  writeFileSync(file, "1");
  await git("init", "--quiet");
  await git("add", "a");
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  await git(...author, "commit", "--quiet", "--message", "a");
  const { stdout: commit } = await git("rev-parse", "HEAD");
  // A pipeline writes its own files into the checkout.
  writeFileSync(path.join(folder, "other"), "1");
  expect(await readSources(folder)).toEqual({ commit, changed: false });
  writeFileSync(file, "2");
  expect(await readSources(folder)).toEqual({ commit, changed: true });
});

test("outside of a repository there is no commit", async () => {
  expect(await readSources(folder)).toEqual({ commit: undefined, changed: false });
});
