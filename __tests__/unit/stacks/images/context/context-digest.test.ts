import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { type Server, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { readContext, sentFiles } from "../../../../../stacks/images/context/context-digest";
import { contextFolder } from "../../../../support/context-folder";

const context = contextFolder({
  Dockerfile: "FROM scratch\nCOPY . .\n",
  "app/main.py": "print('one')\n",
  "tests/test_main.py": "assert True\n",
  ".dockerignore": "tests\n",
});

/** The digest of a context without problems. */
function digest(): string {
  const { digest, problems } = readContext(context.folder);
  expect(problems).toEqual([]);
  return digest;
}

function problems(): readonly string[] {
  return readContext(context.folder).problems;
}

const pipe = (entry: string) => execFileSync("mkfifo", [context.path(entry)]);

describe("changes", () => {
  test("the same sources have the same digest, regardless of their times", () => {
    const before = digest();
    utimesSync(context.path("app/main.py"), 0, 0);
    utimesSync(context.path("app"), 0, 0);
    expect(digest()).toBe(before);
  });

  test.each<[string, () => void]>([
    [
      "a changed line",
      () => {
        context.write("app/main.py", "print('two')\n");
      },
    ],
    [
      "a new file",
      () => {
        context.write("app/new.py");
      },
    ],
    [
      "a new folder",
      () => {
        context.write("new/file");
        rmSync(context.path("new/file"));
      },
    ],
    [
      "a moved file",
      () => {
        renameSync(context.path("app/main.py"), context.path("app/moved.py"));
      },
    ],
    [
      "a permission of others",
      () => {
        chmodSync(context.path("app/main.py"), 0o640);
      },
    ],
    [
      "an executable bit",
      () => {
        chmodSync(context.path("app/main.py"), 0o755);
      },
    ],
    [
      "a set-user-ID bit",
      () => {
        chmodSync(context.path("app/main.py"), 0o4644);
      },
    ],
    [
      "a folder's permission",
      () => {
        chmodSync(context.path("app"), 0o700);
      },
    ],
    [
      "a folder's sticky bit",
      () => {
        chmodSync(context.path("app"), 0o1755);
      },
    ],
    [
      "a link",
      () => {
        symlinkSync("main.py", context.path("app/link.py"));
      },
    ],
    [
      "the Dockerfile",
      () => {
        context.write("Dockerfile", "FROM scratch\n");
      },
    ],
    [
      "a byte that moves from one file to the next",
      () => {
        context.write("app/main.py", "print('one')");
        context.write("app/next.py", "\n");
      },
    ],
  ])("%s changes the digest", (_, change) => {
    chmodSync(context.path("app"), 0o755);
    chmodSync(context.path("app/main.py"), 0o644);
    const before = digest();
    change();
    expect(digest()).not.toBe(before);
  });

  test("the target of a link changes the digest, what it leads to does not", () => {
    symlinkSync("../tests", context.path("app/link"));
    const before = digest();
    context.write("tests/new.py");
    expect(digest()).toBe(before);
    rmSync(context.path("app/link"));
    symlinkSync("../elsewhere", context.path("app/link"));
    expect(digest()).not.toBe(before);
  });

  test("a hard link counts as a file", () => {
    context.write("app/copy.py", "print('one')\n");
    const before = digest();
    rmSync(context.path("app/copy.py"));
    linkSync(context.path("app/main.py"), context.path("app/copy.py"));
    expect(digest()).toBe(before);
  });

  test.each([0, 1024 * 1024, 3 * 1024 * 1024])(
    "byte %d of a file that is larger than the buffer changes the digest",
    (position) => {
      const file = openSync(context.path("app/large"), "w");
      ftruncateSync(file, 3 * 1024 * 1024 + 1);
      const before = digest();
      writeSync(file, "x", position);
      closeSync(file);
      expect(digest()).not.toBe(before);
    },
  );
});

describe("ignored files", () => {
  test("do not change the digest", () => {
    const before = digest();
    context.write("tests/test_main.py", "assert 1 == 1\n");
    context.write("tests/deep/new.py");
    chmodSync(context.path("tests"), 0o700);
    expect(digest()).toBe(before);
  });

  test("the folder above a file that is included again counts with its mode", () => {
    context.write(".dockerignore", "tests\n!tests/test_main.py\n");
    chmodSync(context.path("tests"), 0o755);
    const before = digest();
    chmodSync(context.path("tests"), 0o700);
    expect(digest()).not.toBe(before);
  });

  test("the ignore file itself counts by its effect if it ignores itself", () => {
    context.write(".dockerignore", ".dockerignore\ntests\n");
    const before = digest();
    context.write(".dockerignore", "# without tests\ntests/\n.dockerignore\n");
    expect(digest()).toBe(before);
  });

  test("Dockerfile.dockerignore takes the place of .dockerignore, even if it is empty", () => {
    const before = digest();
    context.write("Dockerfile.dockerignore", "Dockerfile.dockerignore\ntests\n");
    context.write(".dockerignore", "tests\n");
    expect(digest()).toBe(before);
    context.write("Dockerfile.dockerignore", "");
    const all = digest();
    context.write("tests/new.py");
    expect(digest()).not.toBe(all);
  });

  test("an ignore file that is a link is read", () => {
    const before = digest();
    renameSync(context.path(".dockerignore"), context.path("tests/rules"));
    symlinkSync("tests/rules", context.path(".dockerignore"));
    const linked = digest();
    expect(linked).not.toBe(before);
    context.write("tests/new.py");
    expect(digest()).toBe(linked);
  });
});

describe("what is not a file", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  test("a named pipe counts with its mode, and is never opened", () => {
    const without = digest();
    pipe("app/pipe");
    chmodSync(context.path("app/pipe"), 0o644);
    const before = digest();
    expect(before).not.toBe(without);
    chmodSync(context.path("app/pipe"), 0o600);
    expect(digest()).not.toBe(before);
  });

  test("a socket counts as the empty file that the builder makes of it", async () => {
    const listening = (server = createServer());
    await new Promise<void>((resolve) => {
      listening.listen(context.path("app/socket"), resolve);
    });
    chmodSync(context.path("app/socket"), 0o644);
    const before = digest();
    rmSync(context.path("app/socket"));
    context.write("app/socket");
    chmodSync(context.path("app/socket"), 0o644);
    expect(digest()).toBe(before);
  });

  test("a pipe in the place of the ignore file is refused", () => {
    rmSync(context.path(".dockerignore"));
    pipe(".dockerignore");
    expect(problems()).toEqual([
      `${context.given(".dockerignore")} is not a file but a named pipe; replace it with a file`,
    ]);
  });
});

describe("names that are not UTF-8", () => {
  const plant = (folder: string) => {
    const file = Buffer.concat([Buffer.from(`${context.path(folder)}/caf`), Buffer.from([0xe9])]);
    writeFileSync(file, "");
  };

  test("are refused, escaped", () => {
    plant("app");
    expect(problems()).toEqual([
      `${context.given("app")}/caf\\xe9 has a name that is not UTF-8, and the builder cannot send it; rename it, or exclude it in .dockerignore`,
    ]);
  });

  test("do not matter where they are ignored", () => {
    const before = digest();
    plant("tests");
    expect(digest()).toBe(before);
  });

  test("can be ignored by a wildcard", () => {
    context.write(".dockerignore", "tests\napp/caf?\n");
    const before = digest();
    plant("app");
    expect(digest()).toBe(before);
  });

  test("are refused as a link's target", () => {
    symlinkSync(Buffer.from([0xe9]), context.path("app/link"));
    expect(problems()[0]).toContain(
      `${context.given("app/link")} is a link to \\xe9, which is not UTF-8`,
    );
  });
});

test("the problems of the Dockerfile and of the other files are reported together", () => {
  rmSync(context.path("Dockerfile"));
  symlinkSync(Buffer.from([0xe9]), context.path("app/link"));
  expect(problems()).toEqual([
    expect.stringContaining(`${context.given("Dockerfile")} does not exist`),
    expect.stringContaining(`${context.given("app/link")} is a link to \\xe9`),
  ]);
});

test("all problems of the rules are reported, each with its line", () => {
  context.write(".dockerignore", "tests\n[a\n\n!\na\tb\n");
  const file = context.given(".dockerignore");
  expect(problems()).toEqual([
    `${file} line 2: the pattern "[a" is malformed; close its brackets and escapes (https://docs.docker.com/build/concepts/context/#dockerignore-files)`,
    `${file} line 4: "!" names nothing; write the path to send after the !`,
    `${file} line 5: the pattern "a\\tb" contains a control character, which the builder cannot take; write ? in its place`,
  ]);
});

test("a control character is sent if another rule is not ASCII", () => {
  context.write(".dockerignore", "a\tb\né\n");
  expect(problems()).toEqual([]);
});

test("a line that is longer than the builder reads is refused", () => {
  context.write(".dockerignore", `tests\n${"x".repeat(65_536)}\n`);
  expect(problems()).toEqual([
    `${context.given(".dockerignore")} line 2 has 65536 bytes, and the builder reads at most 65535; split it`,
  ]);
});

test("the longest line that the builder reads is a rule", () => {
  context.write(".dockerignore", `${"x".repeat(65_535)}\ntests\n`);
  expect(problems()).toEqual([]);
});

test("a file beside the Dockerfile holds the rules where no Dockerfile is named, too", () => {
  context.write("Dockerfile.dockerignore", "*\n!app\n");
  expect(sentFiles(context.folder)).toEqual(["app/main.py"]);
});

test("the mode of the context itself does not count: it is never sent", () => {
  chmodSync(context.folder, 0o755);
  const before = digest();
  chmodSync(context.folder, 0o700);
  expect(digest()).toBe(before);
});

test("a pattern that the builder cannot compile is refused once", () => {
  context.write(".dockerignore", "[c-a]\n");
  expect(problems()).toEqual([
    expect.stringContaining(
      `${context.given(".dockerignore")} line 1: the pattern "[c-a]" has brackets`,
    ),
  ]);
});
