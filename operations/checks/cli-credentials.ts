import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { list, record } from "../terraform/terraform-events";
import { Refusal } from "../terminal/refusal";

/** The credentials of Terraform's CLI configuration. */
export interface CliCredentials {
  /** Tokens by host, as written. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The program that knows the tokens of all other hosts. */
  readonly helper: Helper | undefined;
}

/** `terraform-credentials-NAME`, which Terraform calls with these arguments. */
export interface Helper {
  readonly name: string;
  readonly args: readonly string[];
}

/** Strings are matched too, since an address in one contains `//`. */
const STRING_OR_COMMENT = /("(?:\\.|[^"\\])*")|#.*|\/\/.*|\/\*[^]*?\*\//g;
const CREDENTIALS = /\bcredentials\s+"([^"]+)"\s*\{([^}]*)\}/g;
const TOKEN = /\btoken\s*=\s*"((?:\\.|[^"\\])*)"/;
const HELPER = /\bcredentials_helper\s+"([^"]+)"\s*\{([^}]*)\}/;
const ARGS = /\bargs\s*=\s*\[([^\]]*)\]/;

/** The file that replaces all others: `TF_CLI_CONFIG_FILE`, or its old name. */
export function overridingFile(env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  return env["TF_CLI_CONFIG_FILE"] || env["TERRAFORM_CONFIG"] || undefined;
}

/** The file of `terraform login`. */
export function loginFile(home: string): string {
  return path.join(home, ".terraform.d", "credentials.tfrc.json");
}

/**
 * Reads the files that Terraform reads, of which a later one wins: `.terraformrc`, then each `*.tfrc` and
 * `*.tfrc.json` in `.terraform.d`, the file of `terraform login` among them. With a file in
 * `TF_CLI_CONFIG_FILE`, Terraform reads no other.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file
 * @throws Refusal for JSON that cannot be read
 */
export function readCliCredentials(env: Readonly<NodeJS.ProcessEnv>, home: string): CliCredentials {
  const override = overridingFile(env);
  const files = override === undefined ? defaultFiles(home) : [override];
  const read = files.filter((file) => existsSync(file)).map(readFile);
  return {
    tokens: Object.fromEntries(read.flatMap(({ tokens }) => Object.entries(tokens))),
    helper: read.map(({ helper }) => helper).findLast(Boolean),
  };
}

function defaultFiles(home: string): string[] {
  const folder = path.join(home, ".terraform.d");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const inFolder = names.filter((name) => /\.tfrc(\.json)?$/.test(name));
  return [path.join(home, ".terraformrc"), ...inFolder.map((name) => path.join(folder, name))];
}

function readFile(file: string): CliCredentials {
  const text = readFileSync(file, "utf8");
  return text.trimStart().startsWith("{") ? fromJson(file, text) : fromHcl(text);
}

function fromJson(file: string, text: string): CliCredentials {
  const { credentials, credentials_helper: helpers } = parse(file, text);
  const tokens = Object.entries(record(credentials)).flatMap(([host, block]) => {
    const { token } = record(block);
    return typeof token === "string" ? [[host, token] as const] : [];
  });
  const [helper] = Object.entries(record(helpers)).map(([name, block]) => ({
    name,
    args: list(record(block)["args"]).map(String),
  }));
  return { tokens: Object.fromEntries(tokens), helper };
}

function parse(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(text));
  } catch (error) {
    throw new Refusal(
      `${file}, a configuration of Terraform, is not valid JSON: ${String(error)}`,
      "correct the file, or delete it and run terraform login again",
    );
  }
}

function fromHcl(text: string): CliCredentials {
  const bare = text.replace(STRING_OR_COMMENT, (_, string: string | undefined) => string ?? "");
  const tokens = [...bare.matchAll(CREDENTIALS)].flatMap(([, host = "", block = ""]) => {
    const token = TOKEN.exec(block)?.[1];
    return token === undefined ? [] : [[host, token] as const];
  });
  const [, name, block = ""] = HELPER.exec(bare) ?? [];
  const args = [...(ARGS.exec(block)?.[1] ?? "").matchAll(/"([^"]*)"/g)].map(([, arg = ""]) => arg);
  return {
    tokens: Object.fromEntries(tokens),
    helper: name === undefined ? undefined : { name, args },
  };
}
