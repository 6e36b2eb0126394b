import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";

/** A mirror folder and the addresses of the providers that Terraform installs from it. */
export interface MirrorBlock {
  readonly folder: string;
  readonly include: readonly string[];
}

/**
 * The text of a Terraform CLI configuration that takes each listed provider from its mirror, and all
 * others from their registry. Each folder has its own block, because Terraform does not follow links
 * into other folders.
 */
export function cliConfig(mirrors: readonly MirrorBlock[]): string {
  const blocks = mirrors.map(
    ({ folder, include }) =>
      `  filesystem_mirror {\n    path    = ${quoted(folder)}\n    include = ${list(include)}\n  }\n`,
  );
  const exclude = list(mirrors.flatMap(({ include }) => include));
  return [
    "# Written by `npx platform up`; used only for local deployments.\n",
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

/** An HCL string; escapes `${` and `%{`, which would start a template. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/([$%])\{/g, "$1$1{");
}

/** Writes a file atomically, unless it already has this text; readers never see a partial file. */
export async function writeWhole(file: string, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, "utf8")) === text) return;
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}
