import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import dockerignore from "@balena/dockerignore";

/** All that decides what a build makes. Two builds with the same inputs may share an image. */
export interface BuildInputs {
  /** The build context: a folder with a Dockerfile. */
  readonly context: string;
  readonly platform: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

/**
 * Names a build by its content: the files that `.dockerignore` leaves (path, bytes, executable bit,
 * a link's target), the Dockerfile, the build arguments and the platform. Owners and times do not
 * count, so every checkout of the same sources gives the same name.
 *
 * Base images count by the name in `FROM` only: a new `python:3.13` alone rebuilds nothing.
 */
export function contentHash({ context, platform, buildArguments }: BuildInputs): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([platform, Object.entries(buildArguments).sort()]));
  for (const file of new Set([...contextFiles(context), "Dockerfile"])) {
    const { kind, content } = readEntry(path.join(context, file));
    hash.update(JSON.stringify([file, kind, content.length]));
    hash.update(content);
  }
  return hash.digest("hex");
}

/** The files and links that Docker sends to the engine, relative to the context, in a fixed order. */
export function contextFiles(context: string): string[] {
  const ignoreFile = path.join(context, ".dockerignore");
  const rules = existsSync(ignoreFile) ? readFileSync(ignoreFile, "utf8") : "";
  const matcher = dockerignore({ ignorecase: false }).add(rules);
  // Below an ignored folder only a `!` rule can bring a file back.
  const hasExceptions = /^\s*!/m.test(rules);

  const walk = (folder: string): string[] =>
    readdirSync(path.join(context, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      const ignored = matcher.ignores(file);
      if (entry.isDirectory()) return ignored && !hasExceptions ? [] : walk(file);
      return ignored ? [] : [file];
    });
  return walk("").sort();
}

function readEntry(file: string): { kind: string; content: Buffer } {
  const stats = lstatSync(file);
  if (stats.isSymbolicLink()) return { kind: "link", content: Buffer.from(readlinkSync(file)) };
  const kind = (stats.mode & 0o111) === 0 ? "file" : "executable";
  return { kind, content: readFileSync(file) };
}
