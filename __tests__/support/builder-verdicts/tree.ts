import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A small context with names that patterns stumble over. A folder ends with `/`, a link with `@`. */
const TREE = [
  ".dockerignore",
  ".env",
  ".git/",
  ".git/HEAD",
  "!kept",
  "#notes",
  "Dockerfile",
  "README.md",
  "[id].ts",
  "a/",
  "a/b/",
  "a/b/c/",
  "a/b/c/d.log",
  "a/b/d.txt",
  "a/b.log",
  "a/link@",
  "a b",
  "a\\b",
  "ab",
  "abc",
  "b",
  "dist/",
  "dist/empty/",
  "dist/index.js",
  "line\nbreak",
  "node_modules/",
  "node_modules/.bin/",
  "node_modules/.bin/tsc@",
  "node_modules/a/",
  "node_modules/a/package.json",
  "node_modules/a/src/",
  "node_modules/a/src/index.ts",
  "package.json",
  "src/",
  "src/(group)/",
  "src/(group)/page.ts",
  "src/1.ts",
  "src/index.ts",
  "src/lib/",
  "src/lib/b/",
  "src/lib/b/é.ts",
  "src/lib/x.test.ts",
  "src/é/",
  "src/é/a",
  "x-y",
  "x.log",
  "~",
  "日本.txt",
  "😀",
] as const;

/** The paths of the tree, without the marks of their kinds. */
export const PATHS = TREE.map((entry) => entry.replace(/[/@]$/, ""));

/** Creates the tree in an empty folder. */
export function plant(folder: string): void {
  for (const [index, entry] of TREE.entries()) {
    const file = path.join(folder, PATHS[index] ?? "");
    if (entry.endsWith("/")) mkdirSync(file);
    else if (entry.endsWith("@")) symlinkSync("nowhere", file);
    else writeFileSync(file, "");
  }
}
