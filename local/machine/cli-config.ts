import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";

/** One mirror folder and the provider addresses that Terraform takes from it. */
export interface MirrorBlock {
  readonly folder: string;
  readonly include: readonly string[];
}

/**
 * The text of a Terraform CLI configuration in which each provider comes from one mirror, and all
 * others from their registry. Each folder has a block of its own, since links into other folders are
 * not followed.
 */
export function cliConfig(mirrors: readonly MirrorBlock[]): string {
  const blocks = mirrors.map(
    ({ folder, include }) =>
      `  filesystem_mirror {\n    path    = ${quoted(folder)}\n    include = ${list(include)}\n  }\n`,
  );
  const exclude = list(mirrors.flatMap(({ include }) => include));
  return [
    "# Written by `npx platform up`; used by the local deployment only.\n",
    "disable_checkpoint = true\n\n",
    "provider_installation {\n",
    ...blocks,
    `  direct {\n    exclude = ${exclude}\n  }\n`,
    "}\n",
  ].join("");
}

function list(addresses: readonly string[]): string {
  return `[${addresses.map(quoted).join(", ")}]`;
}

/** A string of HCL, in which `${` and `%{` would begin a template. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/([$%])\{/g, "$1$1{");
}

/** Writes a file unless it says the same already; readers see the old text or the new, never half. */
export async function writeWhole(file: string, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, "utf8")) === text) return;
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}
