import path from "node:path";
import type { Backend } from "./backend";

/**
 * Terraform's variables that point all its runs to other data, or give them other arguments. Each of our
 * commands chooses these itself. What TF_CLOUD_ORGANIZATION and TF_CLOUD_HOSTNAME set is always in the
 * configuration, which takes precedence; a project may be missing there.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/environment-variables
 * @see https://developer.hashicorp.com/terraform/cli/cloud/settings#environment-variables
 */
const REDIRECTS = /^TF_(DATA_DIR|WORKSPACE|CLOUD_PROJECT|CLI_ARGS(_\w+)?)$/;

/** Takes these variables from a process, when it gets them in addition to its own. */
export function withoutRedirects(env: Readonly<NodeJS.ProcessEnv>): Record<string, undefined> {
  const names = Object.keys(env).filter((name) => REDIRECTS.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Problems with variables of `npx cdktf`, which passes all of them on to Terraform. */
export function redirectProblems(env: Readonly<NodeJS.ProcessEnv>, backend: Backend): string[] {
  const folder = env["TF_DATA_DIR"] ?? "";
  const project = env["TF_CLOUD_PROJECT"] ?? "";
  const choosesProject = backend.kind === "cloud" && backend.project === undefined;
  return [
    ...(path.isAbsolute(folder)
      ? [
          `TF_DATA_DIR is "${folder}", one folder for the backends of all three stacks; unset it, or make it a relative path such as .terraform`,
        ]
      : []),
    ...(choosesProject && project !== ""
      ? [
          `TF_CLOUD_PROJECT is "${project}", but the workspaces belong to the organization's default project; unset it, or set PLATFORM_HCP_PROJECT="${project}"`,
        ]
      : []),
  ];
}
