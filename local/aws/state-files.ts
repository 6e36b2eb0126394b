import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** The variables that identify an environment; they suffice to read its configuration again. */
export interface EnvironmentName {
  readonly PLATFORM_REGION: string;
  readonly PLATFORM_NAME: string;
  readonly PLATFORM_SUFFIX: string;
}

/** The environments with a state in a folder: `REGION/NAME/SUFFIX/STACK.tfstate`. */
export function deployedEnvironments(stateFolder: string): EnvironmentName[] {
  if (!existsSync(stateFolder)) return [];
  const files = readdirSync(stateFolder, { recursive: true, encoding: "utf8" });
  const folders = files
    .filter((file) => file.endsWith(".tfstate"))
    .map((file) => path.dirname(file));
  return [...new Set(folders)].sort().map((folder) => {
    const [region = "", name = "", suffix = ""] = folder.split(path.sep);
    return { PLATFORM_REGION: region, PLATFORM_NAME: name, PLATFORM_SUFFIX: suffix };
  });
}
