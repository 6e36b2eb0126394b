import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Report } from "../../operations/terminal/refusal";
import { alone } from "../../operations/target/lock";

export interface Made {
  /** The file or folder to create in the cache. */
  readonly target: string;
  /** Its name for progress messages: `the Docker provider 4.6.0`. */
  readonly what: string;
  readonly report: Report;
  /**
   * Creates it at the given temporary path, in the same file system. `work` is a scratch folder that
   * is removed afterwards.
   */
  readonly make: (temporary: string, work: string) => Promise<void>;
  /** How long a waiting process sleeps before it looks again. @default as of any lock */
  readonly retryMs?: number;
}

/**
 * Creates something in the cache folder once. It appears complete or not at all, even if the work is
 * interrupted. A second process waits for the first instead of repeating the work.
 */
export async function madeOnce({ target, what, report, make, retryMs }: Made): Promise<void> {
  if (existsSync(target)) return;
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  await alone({ file: `${target}.lock`, what, report, retryMs }, async () => {
    if (existsSync(target)) return;
    const prefix = `.${path.basename(target)}.partial-`;
    await removeLeftovers(folder, prefix);
    const work = await mkdtemp(path.join(folder, prefix));
    try {
      const temporary = path.join(work, "made");
      await make(temporary, work);
      await rename(temporary, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

/** Under the lock no other process works on this target, so any partial work was interrupted. */
async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder);
  const leftovers = names.filter((name) => name.startsWith(prefix));
  await Promise.all(
    leftovers.map((name) => rm(path.join(folder, name), { recursive: true, force: true })),
  );
}
