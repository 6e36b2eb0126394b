import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execaSync } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { committedFiles } from "../../../../tools/cdktn/working-tree";
import { Refusal } from "../../../../operations/terminal/refusal";

describe("the files that the switch may change", () => {
  let folder = "";
  const git = (...args: string[]) => execaSync("git", args, { cwd: folder });
  const write = (file: string, text: string) => {
    writeFileSync(path.join(folder, file), text);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "working-tree-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function commitAll(): void {
    git("init", "--quiet");
    git("add", "--all");
    git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-qm", "all");
  }

  test("are the files in git, without links", async () => {
    write("a name.ts", "1");
    write(".gitignore", "ignored\n");
    write("ignored", "1");
    symlinkSync("nowhere", path.join(folder, "link"));
    commitAll();
    await expect(committedFiles(folder)).resolves.toEqual([".gitignore", "a name.ts"]);
  });

  test("are refused while a file is changed or new", async () => {
    write("a.ts", "1");
    commitAll();
    write("a.ts", "2");
    write("b.ts", "1");
    const refused = committedFiles(folder);
    await expect(refused).rejects.toThrow(Refusal);
    await expect(refused).rejects.toThrow("Uncommitted changes: a.ts, b.ts. Nothing was changed.");
  });

  test("are refused outside a repository, where nothing could be undone", async () => {
    await expect(committedFiles(folder)).rejects.toThrow("is not in a git repository");
  });
});
