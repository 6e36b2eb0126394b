import { lstatSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { Refusal } from "../../operations/terminal/refusal";

/** Of the files that are not committed, how many a message names. */
const NAMED = 5;

/**
 * The files of the project that git keeps, relative to its folder.
 *
 * @throws Refusal unless all is committed: only then can the switch be seen as a diff and undone
 */
export async function committedFiles(folder: string): Promise<string[]> {
  const git = (...args: string[]) => execa("git", args, { cwd: folder, reject: false });
  const status = await git("status", "--porcelain", "--no-renames", "-z", "--", ".");
  if (status.failed) {
    throw new Refusal(
      `${folder} is in no git repository, so nothing could be undone.`,
      "git init && git add -A && git commit, and run the command again.",
    );
  }
  const changed = status.stdout.split("\0").flatMap((entry) => entry.slice("XY ".length) || []);
  if (changed.length > 0) {
    const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : "";
    throw new Refusal(
      `Not committed: ${changed.slice(0, NAMED).join(", ")}${more}. Nothing was changed.`,
      "Commit or stash it and run the command again. After a switch that was interrupted: git restore . && git clean -fd cdktf-bridge",
    );
  }
  const { stdout } = await git("ls-files", "-z");
  const files = stdout.split("\0").filter(Boolean);
  return files.filter((file) => lstatSync(path.join(folder, file)).isFile());
}
