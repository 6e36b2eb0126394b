import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { handbook } from "../../../commands/handbook";
import * as running from "../../../operations/handbook/running";
import * as synthesis from "../../../operations/terraform/synthesis";
import * as synthesized from "../../../operations/terraform/synthesized-stack";
import { PROJECT_FOLDER } from "../../../project";
import { hearLines, run } from "../../support/command";
import { UNREACHED } from "../../support/handbook";
import { synthesize } from "../../support/synth";

let heard: ReturnType<typeof hearLines>;
let folder: string;
beforeEach(() => {
  heard = hearLines();
  folder = path.join(mkdtempSync(path.join(tmpdir(), "handbook-")), "of", "dev");
  const stacks = synthesize();
  vi.spyOn(synthesis, "synthesize").mockResolvedValue();
  vi.spyOn(synthesized, "readSynthesizedStack").mockImplementation((_, stack) =>
    synthesized.parseSynthesizedStack(stack, stacks[stack].json),
  );
  vi.spyOn(running, "readRunning").mockResolvedValue(UNREACHED);
});
afterEach(() => {
  rmSync(path.dirname(path.dirname(folder)), { recursive: true });
});

test("writes both files, and says on the standard output which", async () => {
  expect(await run(handbook, "dev", "--out", folder)).toBeUndefined();
  const files = ["dev.html", "dev.md"].map((name) => path.join(folder, name));
  expect(heard.out.map((line) => path.resolve(line))).toEqual(files);
  const [page = "", text = ""] = files.map((file) => readFileSync(file, "utf8"));
  expect(page).toMatch(/^<!doctype html>[^]*Handbook of platform-dev[^]*<\/html>\n$/);
  expect(text).toMatch(/^# Handbook of platform-dev\n/);
});

test("AWS that is not reachable is said, and is no failure", async () => {
  await run(handbook, "dev", "--out", folder);
  expect(heard.err.join("\n")).toContain(
    "Not in the handbook: ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:4566",
  );
});

test("requests that AWS never answers do not hold the process", async () => {
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  await run(handbook, "dev", "--out", folder);
  expect(exit).not.toHaveBeenCalled();
  vi.mocked(running.readRunning).mockResolvedValue({ ...UNREACHED, isLate: true });
  await run(handbook, "dev", "--out", folder);
  expect(exit).toHaveBeenCalledOnce();
});

test("a mistake is refused before anything is synthesized or written", async () => {
  await expect(run(handbook, "pord", "--out", folder)).rejects.toMatchObject({ name: "Refusal" });
  expect(synthesis.synthesize).not.toHaveBeenCalled();
  expect(existsSync(folder)).toBe(false);
});

test("the folder of its own is ignored by Git", () => {
  const ignored = readFileSync(path.join(PROJECT_FOLDER, ".gitignore"), "utf8").split("\n");
  expect(ignored).toContain("/handbook/");
});
