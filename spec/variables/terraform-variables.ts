import path from "node:path";

/**
 * Terraform's variables that point all its runs to other data, or give them other arguments. Each of our
 * commands chooses these itself.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/environment-variables
 */
const REDIRECTS = /^TF_(DATA_DIR|WORKSPACE|CLI_ARGS(_\w+)?)$/;

/** Takes these variables from a process, when it gets them in addition to its own. */
export function withoutRedirects(env: Readonly<NodeJS.ProcessEnv>): Record<string, undefined> {
  const names = Object.keys(env).filter((name) => REDIRECTS.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Problems with variables of `npx cdktf`, which passes all of them on to Terraform. */
export function redirectProblems(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const folder = env["TF_DATA_DIR"] ?? "";
  if (!path.isAbsolute(folder)) return [];
  return [
    `TF_DATA_DIR is "${folder}", one folder for the backends of all three stacks; unset it, or make it a relative path such as .terraform`,
  ];
}
