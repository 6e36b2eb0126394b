import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../../../../operations/terminal/refusal";
import { Failure } from "../../../../operations/terminal/run";
import { synthesize } from "../../../../operations/terraform/synthesis";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "synthesized-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a mistake in the settings is a refusal with every problem, and writes no stack", async () => {
  const mistakes = { PLATFORM_SUFFIX: "pord", PLATFORM_REGION: "mars-1" };
  const refused: unknown = await synthesize(mistakes, folder).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect(String(refused)).toMatch(/^Refusal: Nothing was synthesized:\n[^]*pord[^]*mars-1/);
  expect(existsSync(path.join(folder, "stacks"))).toBe(false);
});

test("a defect is a failure in its own words, and no mistake of the user", async () => {
  const broken = { NODE_OPTIONS: "--require /nowhere/module.js" };
  const failed: unknown = await synthesize(broken, folder).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Failure);
  expect(String(failed)).toContain("Cannot find module '/nowhere/module.js'");
});
