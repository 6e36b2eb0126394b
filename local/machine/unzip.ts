import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Entry } from "yauzl";
import { openPromise } from "yauzl";

export interface Unzip {
  readonly archive: string;
  readonly folder: string;
  /** The number of leading folders to strip from each name. */
  readonly strip?: number;
  /** Whether to extract a file, by its stripped name. */
  readonly wanted?: (name: string) => boolean;
  /** Whether a file is executable, for archives that do not record permissions. */
  readonly executable?: (name: string) => boolean;
}

/**
 * Unpacks an archive into a folder. The library refuses names that would escape the folder;
 * symbolic links come out as plain files.
 */
export async function unzip({
  archive,
  folder,
  strip = 0,
  wanted,
  executable,
}: Unzip): Promise<void> {
  const zip = await openPromise(archive);
  const made = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.split("/").slice(strip).join("/");
    if (name === "" || name.endsWith("/") || wanted?.(name) === false) continue;
    const target = path.join(folder, name);
    const parent = path.dirname(target);
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    const mode = executable?.(name) === true ? 0o755 : modeOf(entry);
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
  }
}

/** Unix permissions are in the upper half of this field; archives from other systems leave it empty. */
function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
}
