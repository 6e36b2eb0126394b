import { homedir } from "node:os";
import path from "node:path";
import { BACKEND_VARIABLE_NAMES } from "../../spec/variables/backend-variables";
import { PROJECT_FOLDER, environment, readConfig } from "../../project";
import { PLATFORM_VARIABLES } from "../../spec/variables/platform-variables";
import { withoutRedirects } from "../../spec/variables/terraform-variables";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { DEFAULT_PORT, localAwsName } from "./names";
import { type Authority, localAuthority } from "./authority";

import { stateFolder } from "./state-files";
import { rootKey } from "./root-key";
import { Refusal } from "../../operations/terminal/refusal";

/** As long as AWS's. */
const MINUTE_SECONDS = 60;

/** The settings of this machine for `up`, `down` and `verify`. */
export interface LocalSettings {
  /** Port of the local AWS on 127.0.0.1. */
  readonly port: number;
  /** Whether the local AWS enforces IAM policies; the root's keys may do anything. */
  readonly enforceIam: boolean;
  /** How long a minute of AWS's metrics and alarms lasts, in seconds: 1 to 60. */
  readonly minuteSeconds: number;
  /** The cache that all clones share: providers, Terraform, base images. */
  readonly cacheFolder: string;
  /** The authority that signs the databases' certificates. */
  readonly authority: Authority;
  /** A folder of unpacked Terraform providers, for use where the registry is unreachable. */
  readonly providerMirror: string | undefined;
  /** The environment variables for a deployment to the local AWS. */
  readonly environment: LocalEnvironment;
  readonly config: Config;
  /** The service catalogue, with the environment's changes applied. */
  readonly services: Services;
}

/** The variables that `localEnvironment` sets. */
export type LocalEnvironment = Readonly<ReturnType<typeof localEnvironment>>;

/**
 * The settings for states in this checkout's files, regardless of the backend set in the shell: `up`
 * creates these states and `down` removes them.
 *
 * @throws Refusal that lists every mistake
 */
export function readFileStateSettings(
  env: Readonly<NodeJS.ProcessEnv> = environment,
): LocalSettings {
  return readLocalSettings({ ...env, ...NO_BACKEND });
}

/** The cache that all clones share, which may not exist yet. */
export function cacheFolderOf(env: Readonly<NodeJS.ProcessEnv>): string {
  const cache = env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache");
  return env["LOCAL_CACHE_FOLDER"] || path.join(cache, "fargate-platform");
}

/**
 * Reads `LOCAL_AWS_PORT` (default 4566), `LOCAL_AWS_IAM` (`enforced`, or empty for no enforcement),
 * `LOCAL_AWS_MINUTE` (seconds, default 60), `LOCAL_CACHE_FOLDER` (default: in the user's cache),
 * `LOCAL_PROVIDER_MIRROR`, and the platform's own settings combined with those for the local AWS. An empty
 * variable counts as unset.
 *
 * @throws Refusal that lists every mistake
 */
export function readLocalSettings(env: Readonly<NodeJS.ProcessEnv> = environment): LocalSettings {
  const given = env["LOCAL_AWS_PORT"] || String(DEFAULT_PORT);
  const isPort = /^\d+$/.test(given) && Number(given) >= 1024 && Number(given) <= 65535;
  const port = isPort ? Number(given) : DEFAULT_PORT;
  const problems = [];
  if (!isPort) problems.push(`LOCAL_AWS_PORT is "${given}"; it must be a port from 1024 to 65535`);
  const iam = env["LOCAL_AWS_IAM"] ?? "";
  if (!["", "enforced"].includes(iam)) {
    problems.push(`LOCAL_AWS_IAM is "${iam}"; it must be empty or enforced`);
  }
  const minute = env["LOCAL_AWS_MINUTE"] || String(MINUTE_SECONDS);
  const minuteSeconds = /^\d+$/.test(minute) ? Number(minute) : 0;
  if (minuteSeconds < 1 || minuteSeconds > MINUTE_SECONDS) {
    problems.push(
      `LOCAL_AWS_MINUTE is "${minute}"; it must be a whole number of seconds from 1 to ${MINUTE_SECONDS}`,
    );
  }
  const cacheFolder = cacheFolderOf(env);
  const authority = localAuthority(cacheFolder);
  const local = localEnvironment(env, port, { cacheFolder, authority });
  const { config, services, problems: settings } = readConfig({ ...env, ...local });
  problems.push(...settings);
  if (problems.length > 0) {
    throw new Refusal(
      problems.join("\n"),
      "Correct the variables above and run the command again.",
    );
  }
  return {
    port,
    enforceIam: iam === "enforced",
    minuteSeconds,
    cacheFolder: path.resolve(cacheFolder),
    authority,
    providerMirror: env["LOCAL_PROVIDER_MIRROR"] || undefined,
    environment: local,
    config,
    services,
  };
}

/** AWS's variables that suit every account: how the AWS CLI shows its output, how often SDKs retry. */
const HARMLESS =
  /^AWS_(PAGER|DEFAULT_OUTPUT|CLI_\w+|MAX_ATTEMPTS|RETRY_MODE|SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED)$/;

/**
 * Removes AWS's other variables: profiles, roles and tokens, which some tools prefer to keys even when
 * they are empty, endpoints of single services, FIPS.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html#EVarSettings
 */
function withoutOthersOfAws(env: Readonly<NodeJS.ProcessEnv>): Record<string, undefined> {
  const others = Object.keys(env).filter((name) => /^AWS_\w+$/.test(name) && !HARMLESS.test(name));
  return Object.fromEntries(others.map((name) => [name, undefined]));
}

/**
 * The variables that direct the same stacks to the local AWS; `undefined` removes one. The keys open
 * nothing but the local AWS, which listens on this machine only. The user's own appear nowhere: they are
 * overridden, so that a wrong endpoint can never reach a real account.
 */
function localEnvironment(
  env: Readonly<NodeJS.ProcessEnv>,
  port: number,
  { cacheFolder, authority }: Pick<LocalSettings, "cacheFolder" | "authority">,
) {
  const endpoint = `http://127.0.0.1:${port}`;
  const { accessKeyId, secretAccessKey } = rootKey(port);
  const region =
    env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || PLATFORM_VARIABLES.region.fallback;
  const direct = (env["NO_PROXY"] || env["no_proxy"] || "").split(",").filter(Boolean);
  const noProxy = [...new Set([...direct, "127.0.0.1", "localhost"])].join(",");
  return {
    ...withoutOthersOfAws(env),
    ...withoutRedirects(env),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // Both: some tools read only one of them.
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // They describe real accounts, and a [default] with a role, an endpoint or FIPS disturbs every tool.
    // A device is a file to each of them; `--profile` finds nothing to mix with this endpoint.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    PLATFORM_SUFFIX: env["PLATFORM_SUFFIX"] ?? "local",
    PLATFORM_REGISTRY: endpoint,
    // Tasks are containers on its network, where its own container has this name.
    PLATFORM_COGNITO: `http://${localAwsName(port)}:${port}`,
    PLATFORM_DATABASE_CA: authority.certificate,
    ...stateVariables(env, port),
    TF_CLI_CONFIG_FILE: path.join(path.resolve(cacheFolder), "terraform.rc"),
    CHECKPOINT_DISABLE: "1",
    // Each environment has its own state; without this, `cdktf` offers to copy the old one over. HCP
    // Terraform refuses the flag.
    TF_CLI_ARGS_init: env["PLATFORM_BACKEND"] === "cloud" ? "" : "-reconfigure",
    // Python prefers the second.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

const NO_BACKEND = Object.fromEntries(BACKEND_VARIABLE_NAMES.map((variable) => [variable, ""]));

/** Keeps states in this checkout's files, unless the shell sets another backend. */
function stateVariables(env: Readonly<NodeJS.ProcessEnv>, port: number): Record<string, string> {
  if ((env["PLATFORM_BACKEND"] || "local") !== "local") return { PLATFORM_STATE_FOLDER: "" };
  // An empty value also overrides the shell's value in child processes.
  const emptied = BACKEND_VARIABLE_NAMES.filter((variable) => env[variable] === "");
  return {
    ...Object.fromEntries(emptied.map((variable) => [variable, ""])),
    PLATFORM_STATE_FOLDER: path.join(PROJECT_FOLDER, stateFolder(port)),
  };
}
