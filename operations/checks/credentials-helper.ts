import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { record } from "../terraform/terraform-events";
import { thisMachine } from "../target/machine";
import type { Helper } from "./cli-credentials";

/** Per call: a helper may ask a vault over the network. */
const ANSWER_MS = 10_000;

/**
 * Asks a credentials helper for a host's token, as Terraform does; `undefined` if it is not installed,
 * fails or knows none.
 *
 * @see https://developer.hashicorp.com/terraform/internals/credentials-helpers
 */
export async function askHelper(
  { name, args }: Helper,
  hostname: string,
  home: string,
): Promise<string | undefined> {
  const program = findProgram(`terraform-credentials-${name}`, home);
  if (program === undefined) return undefined;
  const { failed, stdout } = await execa(program, [...args, "get", hostname], {
    reject: false,
    timeout: ANSWER_MS,
  });
  if (failed) return undefined;
  try {
    const { token } = record(JSON.parse(stdout));
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}

/** In Terraform's folders of plugins; the name may end with a version, `_v1.2.0`. */
function findProgram(name: string, home: string): string | undefined {
  const plugins = path.join(home, ".terraform.d", "plugins");
  const { os, arch } = thisMachine();
  const files = [plugins, path.join(plugins, `${os}_${arch}`)].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((file) => path.join(folder, file)) : [],
  );
  const found = files.filter((file) => path.basename(file).replace(/_v\d.*$/, "") === name);
  const newestLast = found.sort((a, b) =>
    path.basename(a).localeCompare(path.basename(b), "en", { numeric: true }),
  );
  return newestLast.at(-1);
}
