import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { environment } from "../../project";
import { Refusal } from "../terminal/refusal";
import type { Problem } from "./check";
import { loginFile, overridingFile, readCliCredentials } from "./cli-credentials";
import { askHelper } from "./credentials-helper";

const PREFIX = "TF_TOKEN_";

/**
 * The variable that Terraform reads a host's token from: `TF_TOKEN_app_terraform_io`. A host with a port
 * has none that a shell could set: Terraform expects its colon in the name.
 */
export function tokenVariable(hostname: string): string | undefined {
  const host = comparable(hostname);
  if (host.includes(":")) return undefined;
  return `${PREFIX}${host.replaceAll("-", "__").replaceAll(".", "_")}`;
}

/**
 * Finds the token for a host where Terraform does: in a variable, the CLI configuration with the file of
 * `terraform login`, or a credentials helper. `undefined` when there is none, or when it is empty.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#credentials
 */
export async function readToken(
  hostname: string,
  env: Readonly<NodeJS.ProcessEnv> = environment,
  home = homedir(),
): Promise<string | undefined> {
  const host = comparable(hostname);
  const variable = Object.keys(env).findLast((name) => hostOf(name) === host);
  // An empty variable hides every other token.
  if (variable !== undefined) return env[variable] || undefined;
  const { tokens, helper } = readCliCredentials(env, home);
  const found = Object.keys(tokens).findLast((name) => comparable(name) === host);
  if (found !== undefined) return tokens[found] || undefined;
  return helper && (await askHelper(helper, host, home));
}

/**
 * Gives the `tfe` provider the token that Terraform uses: by itself it reads neither the variable of a host
 * nor a credentials helper. A `TFE_TOKEN` of the caller stays.
 *
 * @see https://registry.terraform.io/providers/hashicorp/tfe/latest/docs#authentication
 * @throws Refusal when there is no token
 */
export async function hcpVariables(
  hostname: string,
  env: Readonly<NodeJS.ProcessEnv> = environment,
  home = homedir(),
): Promise<Readonly<Record<string, string>>> {
  if (env["TFE_TOKEN"]) return {};
  const token = await readToken(hostname, env, home);
  if (token !== undefined) return { TFE_TOKEN: token };
  const { problem, fix } = missingToken(hostname, env, home);
  throw new Refusal(problem, fix);
}

/** Why Terraform finds no token for a host, and how to give it one. */
export function missingToken(
  hostname: string,
  env: Readonly<NodeJS.ProcessEnv> = environment,
  home = homedir(),
): Problem {
  const variable = tokenVariable(hostname);
  const file = overridingFile(env);
  const block = `add credentials "${hostname}" { token = "…" } to ${file ?? ".terraformrc"}`;
  if (variable !== undefined && env[variable] === "") {
    return {
      problem: `${variable} is empty, so Terraform uses no token for ${hostname}`,
      fix: `unset ${variable}, or set it to a token`,
    };
  }
  if (file !== undefined) {
    const login = existsSync(loginFile(home)) ? ", and not the file of terraform login" : "";
    return {
      problem: `there is no token for ${hostname}: TF_CLI_CONFIG_FILE makes Terraform read only ${file}${login}`,
      fix: variable === undefined ? block : `export ${variable}=…, or ${block}`,
    };
  }
  return {
    problem: `there is no token for ${hostname}: \`terraform init\` would fail with "Required token could not be found"`,
    fix:
      variable === undefined
        ? `terraform login ${hostname}, or ${block}`
        : `terraform login ${hostname}, or export ${variable}=…`,
  };
}

/** The host of a variable's name, in which `__` is a hyphen and `_` a dot. */
function hostOf(variable: string): string | undefined {
  if (!variable.startsWith(PREFIX)) return undefined;
  const name = variable.slice(PREFIX.length).replaceAll("__", "-").replaceAll("_", ".");
  return comparable(name);
}

/** In lower case and without HTTPS's own port. */
function comparable(hostname: string): string {
  return hostname.toLowerCase().replace(/:0*443$/, "");
}
