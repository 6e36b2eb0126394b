import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { execaSync } from "execa";
import { PROJECT_FOLDER } from "../../project";

/** Copies the project's files, also those that are not committed, into a new folder that shares its packages. */
export function copyProject(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = execaSync("git", args, { cwd: PROJECT_FOLDER });
  for (const file of stdout.split("\0").filter(Boolean)) {
    const source = path.join(PROJECT_FOLDER, file);
    // A file that was deleted and not committed is listed, too.
    if (existsSync(source)) cpSync(source, path.join(folder, file));
  }
  symlinkSync(path.join(PROJECT_FOLDER, "node_modules"), path.join(folder, "node_modules"));
}
