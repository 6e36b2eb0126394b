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

/** The limit for npm to install everything: a minute on two cores, more on a slow network. */
const INSTALL_SECONDS = 240;

/** The limit for other programs: the type checker takes 15 s, or a minute on a busy machine. */
const PROGRAM_SECONDS = 120;

/** `npm install` without the parts that need the network and report nothing useful here. */
const INSTALL = ["install", "--prefer-offline", "--no-audit", "--no-fund"];

/**
 * A copy of the project's files in its own repository, with everything committed, beside a link to
 * the project's packages, where Node.js and TypeScript find packages that the copy lacks.
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

  /** Installs the packages of the copy's `package.json`, and unlinks the project's packages. */
  async installAll(): Promise<void> {
    rmSync(this.link);
    await this.run("npm", INSTALL, { timeout: INSTALL_SECONDS * 1000 });
  }

  /** Installs one other package, which takes precedence over the project's packages. */
  async installOne(name: string): Promise<void> {
    const prefix = path.join(this.parent, "one");
    await this.run("npm", [...INSTALL, "--legacy-peer-deps", "--prefix", prefix, name]);
    renameSync(path.join(prefix, "node_modules"), path.join(this.folder, "node_modules"));
  }

  /** Runs a program in the copy; if it fails, its output is in the error. */
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
