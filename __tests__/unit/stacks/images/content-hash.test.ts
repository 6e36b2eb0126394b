import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type BuildInputs,
  contentHash,
  contextFiles,
} from "../../../../stacks/images/content-hash";

let context: string;
const write = (file: string, content: string) => {
  mkdirSync(path.dirname(path.join(context, file)), { recursive: true });
  writeFileSync(path.join(context, file), content);
};
const hash = (inputs: Partial<BuildInputs> = {}) =>
  contentHash({ context, platform: "linux/amd64", buildArguments: {}, ...inputs });

beforeEach(() => {
  context = mkdtempSync(path.join(tmpdir(), "context-"));
  write("Dockerfile", "FROM scratch\nCOPY . .\n");
  write("app/main.py", "print('one')\n");
  write("tests/test_main.py", "assert True\n");
  write(".dockerignore", "tests\n");
});
afterEach(() => {
  rmSync(context, { recursive: true });
});

test("the same sources have the same hash, regardless of file times", () => {
  const before = hash();
  utimesSync(path.join(context, "app/main.py"), 0, 0);
  expect(hash()).toBe(before);
});

test.each<[string, () => void]>([
  [
    "a changed line",
    () => {
      write("app/main.py", "print('two')\n");
    },
  ],
  [
    "a new file",
    () => {
      write("app/new.py", "");
    },
  ],
  [
    "a moved file",
    () => {
      renameSync(path.join(context, "app/main.py"), path.join(context, "app/moved.py"));
    },
  ],
  [
    "an executable bit",
    () => {
      chmodSync(path.join(context, "app/main.py"), 0o755);
    },
  ],
  [
    "a link",
    () => {
      symlinkSync("main.py", path.join(context, "app/link.py"));
    },
  ],
  [
    "the Dockerfile",
    () => {
      write("Dockerfile", "FROM scratch\n");
    },
  ],
])("%s changes the hash", (_, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});

test.each<[string, Partial<BuildInputs>]>([
  ["a build argument", { buildArguments: { VERSION: "2" } }],
  ["the platform", { platform: "linux/arm64" }],
])("%s changes the hash", (_, inputs) => {
  expect(hash(inputs)).not.toBe(hash());
});

test("a file that .dockerignore excludes does not change the hash", () => {
  const before = hash();
  write("tests/test_main.py", "assert 1 == 1\n");
  write("tests/deep/new.py", "");
  expect(hash()).toBe(before);
});

test("the Dockerfile changes the hash even if .dockerignore excludes it", () => {
  write(".dockerignore", "tests\nDockerfile\n");
  const before = hash();
  write("Dockerfile", "FROM scratch\nUSER 1000\n");
  expect(hash()).not.toBe(before);
});

test("an exception includes a file of an ignored folder again", () => {
  write(".dockerignore", "tests\n!tests/fixture.json\n");
  write("tests/fixture.json", "{}");
  expect(contextFiles(context)).toEqual([
    ".dockerignore",
    "Dockerfile",
    "app/main.py",
    "tests/fixture.json",
  ]);
});

test("patterns follow Docker's rules, anchored at the context, and not git's", () => {
  write(".dockerignore", "main.py\n**/*.log\n");
  write("app/debug.log", "");
  expect(contextFiles(context)).toContain("app/main.py");
  expect(contextFiles(context)).not.toContain("app/debug.log");
});
