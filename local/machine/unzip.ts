import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Entry } from "yauzl";
import { openPromise } from "yauzl";

export interface Unzip {
  readonly archive: string;
  readonly folder: string;
  /** How many leading folders of each name are left away. */
  readonly strip?: number;
  /** Whether a file is wanted; asked with its stripped name. */
  readonly wanted?: (name: string) => boolean;
  /** Whether a file may be run, for archives that do not say so themselves. */
  readonly executable?: (name: string) => boolean;
}

/**
 * Unpacks an archive into a folder. Names that would leave the folder and symbolic links are
 * refused by the library or come out as plain files.
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

/** Unix permissions live in the upper half of this field; archives made elsewhere leave it empty. */
function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
}
