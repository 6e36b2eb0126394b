import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Options, execa } from "execa";
import { PROJECT_FOLDER } from "../../../../project";

/** For npm to install everything: a minute on two cores, more on a slow line. */
const INSTALL_SECONDS = 240;

/** For anything else that is run in a copy: the type checker takes 15, a minute on a busy machine. */
const PROGRAM_SECONDS = 120;

/** `npm install` without what needs the network and tells nothing here. */
const INSTALL = ["install", "--prefer-offline", "--no-audit", "--no-fund"];

/**
 * A copy of the project's files in a repository of its own, with all committed. It lies beside a link to
 * the project's packages, where Node.js and TypeScript find what the copy has not installed itself.
 */
export class ProjectCopy {
  private readonly parent = mkdtempSync(path.join(tmpdir(), "project-copy-"));
  private readonly link = path.join(this.parent, "node_modules");
  readonly folder = path.join(this.parent, "project");

  static async make(): Promise<ProjectCopy> {
    const copy = new ProjectCopy();
    const files = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const { stdout } = await execa("git", files, { cwd: PROJECT_FOLDER });
    for (const file of stdout.split("\0").filter(Boolean)) {
      const source = path.join(PROJECT_FOLDER, file);
      if (!existsSync(source)) continue;
      mkdirSync(path.dirname(path.join(copy.folder, file)), { recursive: true });
      copyFileSync(source, path.join(copy.folder, file));
    }
    symlinkSync(path.join(PROJECT_FOLDER, "node_modules"), copy.link);
    await copy.commit();
    return copy;
  }

  /** Installs what the copy's `package.json` asks for, and leaves nothing of the project's in reach. */
  async installAll(): Promise<void> {
    rmSync(this.link);
    await this.run("npm", INSTALL, { timeout: INSTALL_SECONDS * 1000 });
  }

  /** Puts one other package before the project's own. */
  async installOne(name: string): Promise<void> {
    const prefix = path.join(this.parent, "one");
    await this.run("npm", [...INSTALL, "--legacy-peer-deps", "--prefix", prefix, name]);
    renameSync(path.join(prefix, "node_modules"), path.join(this.folder, "node_modules"));
  }

  /** Runs a program in the copy; what it printed is in the error if it fails. */
  async run(program: string, args: readonly string[], options: Options = {}): Promise<string> {
    const { all } = await execa(program, args, {
      cwd: this.folder,
      preferLocal: true,
      timeout: PROGRAM_SECONDS * 1000,
      ...options,
      all: true,
      encoding: "utf8",
    });
    return String(all);
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }

  private async commit(): Promise<void> {
    await this.run("git", ["init", "--quiet"]);
    await this.run("git", ["add", "--all"]);
    const author = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    await this.run("git", [...author, "commit", "--quiet", "--message", "as it is"]);
  }
}
