import { lstatSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { Refusal } from "../../operations/terminal/refusal";

/** How many uncommitted files a message lists. */
const NAMED = 5;

/**
 * The project's files that git tracks, relative to its folder.
 *
 * @throws Refusal unless everything is committed, so that the switch is one diff that can be undone
 */
export async function committedFiles(folder: string): Promise<string[]> {
  const git = (...args: string[]) => execa("git", args, { cwd: folder, reject: false });
  const status = await git("status", "--porcelain", "--no-renames", "-z", "--", ".");
  if (status.failed) {
    throw new Refusal(
      `${folder} is not in a git repository, so the switch could not be undone.`,
      "Run `git init && git add -A && git commit`, then run this command again.",
    );
  }
  const changed = status.stdout.split("\0").flatMap((entry) => entry.slice("XY ".length) || []);
  if (changed.length > 0) {
    const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : "";
    throw new Refusal(
      `Uncommitted changes: ${changed.slice(0, NAMED).join(", ")}${more}. Nothing was changed.`,
      "Commit or stash them and run the command again. To undo an interrupted switch: git restore . && git clean -fd cdktf-bridge",
    );
  }
  const { stdout } = await git("ls-files", "-z");
  const files = stdout.split("\0").filter(Boolean);
  return files.filter((file) => lstatSync(path.join(folder, file)).isFile());
}
