import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, symlinkSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readIgnoreRules } from "../../../../../stacks/images/context/ignore-file";
import {
  type SentEntry,
  visitSentEntries,
} from "../../../../../stacks/images/context/sent-entries";
import { contextFolder } from "../../../../support/context-folder";

const context = contextFolder({
  Dockerfile: "FROM scratch\n",
  ".dockerignore": "tests\n!tests/data\n!tests/one.py\n",
  "app/main.py": "one",
  "tests/data/a": "a",
  "tests/data/b": "b",
  "tests/one.py": "assert True",
  "tests/two.py": "assert True",
});

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

function sent(): SentEntry[] {
  const entries: SentEntry[] = [];
  visitSentEntries(context.folder, readIgnoreRules(context.folder).rules, {
    problem: (problem) => {
      throw new Error(problem);
    },
    entry: (entry) => entries.push(entry),
  });
  return entries;
}

test("each folder is sent once, before what is in it, and the context itself never", () => {
  expect(sent().map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    "file .dockerignore",
    "file Dockerfile",
    "folder app",
    "file app/main.py",
    "folder tests",
    "folder tests/data",
    "file tests/data/a",
    "file tests/data/b",
    "file tests/one.py",
  ]);
});

test("what is no file is sent as what it is, and a socket as an empty file", async () => {
  context.write(".dockerignore", "*\n!app\n");
  symlinkSync("main.py", context.path("app/link"));
  execFileSync("mkfifo", ["-m", "640", context.path("app/pipe")]);
  await new Promise<void>((resolve) => {
    server = createServer().listen(context.path("app/socket"), resolve);
  });
  chmodSync(context.path("app"), 0o1755);
  chmodSync(context.path("app/main.py"), 0o644);
  chmodSync(context.path("app/socket"), 0o600);
  expect(sent()).toEqual([
    { kind: "folder", path: "app", mode: 0o1755 },
    { kind: "link", path: "app/link", target: "main.py" },
    { kind: "file", path: "app/main.py", mode: 0o644, size: 3 },
    { kind: "pipe", path: "app/pipe", mode: 0o640 },
    { kind: "file", path: "app/socket", mode: 0o600, size: 0 },
  ]);
});

test("a device is sent with its number", () => {
  const entries: SentEntry[] = [];
  visitSentEntries("/dev", readIgnoreRules(context.folder).rules, {
    problem: () => undefined,
    refusal: (entry) => (entry === "null" ? undefined : "not this one"),
    entry: (entry) => entries.push(entry),
  });
  const { mode, rdev } = lstatSync("/dev/null");
  expect(entries).toEqual([
    { kind: "device", path: "null", mode: mode & 0o7777, device: `character ${rdev}` },
  ]);
});
