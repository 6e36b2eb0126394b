import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";

/** A build context for each test of a file. */
export interface ContextFolder {
  readonly folder: string;
  /** The absolute path of an entry. */
  path(entry: string): string;
  /** The path of an entry in a message: relative to the working directory. */
  given(entry: string): string;
  /** Writes a file, and creates the folders above it. */
  write(entry: string, content?: string | Buffer): void;
}

export function contextFolder(files: Readonly<Record<string, string>>): ContextFolder {
  let folder = "";
  const context: ContextFolder = {
    get folder() {
      return folder;
    },
    path: (entry) => path.join(folder, entry),
    given: (entry) => path.relative(".", context.path(entry)),
    write(entry, content = "") {
      mkdirSync(path.dirname(context.path(entry)), { recursive: true });
      writeFileSync(context.path(entry), content);
    },
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "context-"));
    for (const [file, content] of Object.entries(files)) context.write(file, content);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return context;
}
