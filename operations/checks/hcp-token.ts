import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { environment } from "../../project";

/** The variable that Terraform reads a host's token from: `TF_TOKEN_app_terraform_io`. */
export function tokenVariable(hostname: string): string {
  return `TF_TOKEN_${hostname.replaceAll("-", "__").replaceAll(".", "_")}`;
}

/**
 * Finds the token for a host where Terraform does: in a variable, the file of `terraform login`, or the
 * CLI configuration. `undefined` when there is none.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#credentials
 */
export function readToken(
  hostname: string,
  env: Readonly<NodeJS.ProcessEnv> = environment,
  home = homedir(),
): string | undefined {
  return (
    env[tokenVariable(hostname)] ??
    env[tokenVariable(hostname).replaceAll("__", "-")] ??
    fromLogin(hostname, path.join(home, ".terraform.d", "credentials.tfrc.json")) ??
    fromConfiguration(hostname, env["TF_CLI_CONFIG_FILE"] ?? path.join(home, ".terraformrc"))
  );
}

function fromLogin(hostname: string, file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  // What `terraform login` writes.
  const { credentials = {} } = JSON.parse(readFileSync(file, "utf8")) as {
    credentials?: Record<string, { token?: string }>;
  };
  return credentials[hostname]?.token;
}

function fromConfiguration(hostname: string, file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const blocks = readFileSync(file, "utf8").matchAll(
    /^\s*credentials\s+"([^"]+)"\s*\{[^}]*?token\s*=\s*"([^"]+)"/gm,
  );
  return [...blocks].find(([, host]) => host === hostname)?.[2];
}
