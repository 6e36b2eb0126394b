import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { DEFAULT_PORT } from "./names";

/** The variables that identify an environment; they suffice to read its configuration again. */
export interface EnvironmentName {
  readonly PLATFORM_REGION: string;
  readonly PLATFORM_NAME: string;
  readonly PLATFORM_SUFFIX: string;
}

/**
 * The folder, in a checkout, of the states for its local AWS on a port: the environments of one are not in
 * another. The default port's folder has no number, so that states of earlier versions stay where they are;
 * a local AWS of an earlier version on another port needs one `npx platform down`.
 */
export function stateFolder(port: number): string {
  return path.join(".platform", "local-aws", port === DEFAULT_PORT ? "state" : `state-${port}`);
}

/** The environments with a state in a folder: `REGION/NAME/SUFFIX/STACK.tfstate`. */
export function deployedEnvironments(states: string): EnvironmentName[] {
  if (!existsSync(states)) return [];
  const files = readdirSync(states, { recursive: true, encoding: "utf8" });
  const folders = files
    .filter((file) => file.endsWith(".tfstate"))
    .map((file) => path.dirname(file));
  return [...new Set(folders)].sort().map((folder) => {
    const [region = "", name = "", suffix = ""] = folder.split(path.sep);
    return { PLATFORM_REGION: region, PLATFORM_NAME: name, PLATFORM_SUFFIX: suffix };
  });
}
