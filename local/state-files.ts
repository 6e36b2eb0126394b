import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { StackName } from "./terraform-stack";

/** The environments that have left a state in this checkout, by suffix. */
export function deployedSuffixes(stateFolder: string): string[] {
  if (!existsSync(stateFolder)) return [];
  const suffixes = readdirSync(stateFolder)
    .map((file) => /^(.+)\.(registry|images|platform)\.tfstate$/.exec(file)?.[1])
    .filter((suffix) => suffix !== undefined);
  return [...new Set(suffixes)].sort();
}

/** Whether a stack has resources. One without cannot be destroyed, nor need it be. */
export function hasResources(stateFolder: string, suffix: string, stack: StackName): boolean {
  const file = path.join(stateFolder, `${suffix}.${stack}.tfstate`);
  if (!existsSync(file)) return false;
  const { resources = [] } = JSON.parse(readFileSync(file, "utf8")) as {
    resources?: { mode: string }[];
  };
  return resources.some(({ mode }) => mode === "managed");
}
