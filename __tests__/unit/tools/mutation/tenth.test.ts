import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { tenth } from "../../../../tools/mutation/tenth.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "tenth-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, lines: number) => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "line\n".repeat(lines));
};
write("a.ts", 105);
write("b/c.ts", 95);
write("notes.md", 50);

const windows = (nth: number) =>
  tenth([folder], nth).map((window) => window.slice(folder.length + 1));

test("ten lines of every hundred are tried, counted through all files", () => {
  expect(windows(0)).toEqual(["a.ts:1-10", "a.ts:101-105", "b/c.ts:1-5"]);
  expect(windows(1)).toEqual(["a.ts:11-20", "b/c.ts:6-15"]);
  expect(windows(9)).toEqual(["a.ts:91-100", "b/c.ts:86-95"]);
});

test("all tenths together are all lines, each once", () => {
  const lines = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(windows).flatMap((window) => {
    const [, file, first, last] = /^(.+):(\d+)-(\d+)$/.exec(window) ?? [];
    const length = Number(last) - Number(first) + 1;
    return Array.from({ length }, (_, index) => `${String(file)}:${Number(first) + index}`);
  });
  expect(lines).toHaveLength(200);
  expect(new Set(lines)).toHaveLength(200);
});

test("a file that is named is tried alone", () => {
  expect(tenth([path.join(folder, "b/c.ts")], 9)).toEqual([path.join(folder, "b/c.ts:91-95")]);
});
