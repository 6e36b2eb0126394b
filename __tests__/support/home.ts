import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** An empty folder, which takes the place of the user's home. */
    home: string;
  }
}

/**
 * A home for all tests of a run: they see no file of the user's, and leave none there. The local AWS keeps
 * its authority in it, so that a folder which does not exist would fail for everyone but root.
 */
export default function makeHome(project: TestProject): () => void {
  const home = mkdtempSync(path.join(tmpdir(), "tests-home-"));
  project.provide("home", home);
  return () => {
    rmSync(home, { recursive: true });
  };
}
