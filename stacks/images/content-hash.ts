import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import dockerignore from "@balena/dockerignore";

/** Everything that determines a build's result. Builds with the same inputs may share an image. */
export interface BuildInputs {
  /** The build context: a folder with a Dockerfile. */
  readonly context: string;
  readonly platform: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

/**
 * Hashes a build's content: the files that `.dockerignore` does not exclude (path, bytes, executable
 * bit, link target), the Dockerfile, the build arguments and the platform. Owners and times do not
 * count, so every checkout of the same sources has the same hash.
 *
 * Base images count only by the name in `FROM`: a new `python:3.13` alone rebuilds nothing.
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
  // Only a `!` rule can include a file below an ignored folder.
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
