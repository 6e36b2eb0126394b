import { homedir } from "node:os";
import path from "node:path";
import { BACKEND_VARIABLES } from "../../spec/variables/backend";
import { PROJECT_FOLDER, environment, readConfig } from "../../project";
import { SETTINGS } from "../../spec/variables/platform";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { ROOT_KEY } from "./names";
import { LOCAL_STATE_FOLDER } from "./owner";
import { Refusal } from "../../operations/terminal/refusal";

/** What `up`, `down` and `verify` need to know of this machine. */
export interface LocalSettings {
  /** Port of the local AWS on 127.0.0.1. */
  readonly port: number;
  /** Whether the local AWS holds callers to their IAM policies; the root's keys may do anything. */
  readonly enforceIam: boolean;
  /** What the next clone can use again: providers, Terraform, base images. */
  readonly cacheFolder: string;
  /** A folder with unpacked Terraform providers, where the registry cannot be reached. */
  readonly providerMirror: string | undefined;
  /** The environment of a deployment to the local AWS. */
  readonly environment: LocalEnvironment;
  readonly config: Config;
  /** The catalogue as the environment has it. */
  readonly services: Services;
}

/** The variables that `localEnvironment` sets. */
export type LocalEnvironment = Readonly<ReturnType<typeof localEnvironment>>;

/**
 * The settings for states in the files of this checkout, whatever backend the shell names: those are
 * the states that `up` makes and `down` removes.
 *
 * @throws Refusal with every mistake that was found
 */
export function readFileStateSettings(
  env: Readonly<NodeJS.ProcessEnv> = environment,
): LocalSettings {
  return readLocalSettings({ ...env, ...NO_BACKEND });
}

/**
 * Reads `LOCAL_AWS_PORT` (4566), `LOCAL_AWS_IAM` (`enforced`, or nothing is asked of a caller),
 * `LOCAL_CACHE_FOLDER` (the user's cache) and `LOCAL_PROVIDER_MIRROR`, and the platform's own settings
 * on top of those of the local AWS.
 *
 * @throws Refusal with every mistake that was found
 */
export function readLocalSettings(env: Readonly<NodeJS.ProcessEnv> = environment): LocalSettings {
  const given = env["LOCAL_AWS_PORT"] ?? "4566";
  const port = Number(given);
  const problems = [];
  if (!/^\d+$/.test(given) || port < 1024 || port > 65535) {
    problems.push(`LOCAL_AWS_PORT is "${given}"; it must be a port from 1024 to 65535`);
  }
  const iam = env["LOCAL_AWS_IAM"] ?? "";
  if (!["", "enforced"].includes(iam)) {
    problems.push(`LOCAL_AWS_IAM is "${iam}"; it must be empty, or enforced`);
  }
  const cache = env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const cacheFolder = env["LOCAL_CACHE_FOLDER"] ?? path.join(cache, "fargate-platform");
  const backend = env["PLATFORM_BACKEND"] || "local";
  if (backend === "cloud") {
    problems.push(
      "PLATFORM_BACKEND is cloud, but HCP Terraform cannot reach the local AWS on this machine; unset it, or set PLATFORM_BACKEND=s3 for the local AWS's own S3",
    );
  }
  const local = localEnvironment(env, port, cacheFolder);
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
    cacheFolder: path.resolve(cacheFolder),
    providerMirror: env["LOCAL_PROVIDER_MIRROR"],
    environment: local,
    config,
    services,
  };
}

/**
 * What makes the same stacks deploy to the local AWS. Nothing in it is secret: the local AWS takes
 * any credentials. The credentials are set even where the user has some, so that a mistake in the
 * endpoint can never reach a real account.
 */
function localEnvironment(env: Readonly<NodeJS.ProcessEnv>, port: number, cacheFolder: string) {
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ROOT_KEY,
    AWS_SECRET_ACCESS_KEY: ROOT_KEY,
    AWS_SESSION_TOKEN: "",
    AWS_PROFILE: "",
    // What the AWS CLI's files say is of real accounts.
    AWS_REGION: env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || SETTINGS.region.fallback,
    AWS_EC2_METADATA_DISABLED: "true",
    PLATFORM_SUFFIX: env["PLATFORM_SUFFIX"] ?? "local",
    PLATFORM_REGISTRY: endpoint,
    ...stateVariables(env),
    TF_CLI_CONFIG_FILE: path.join(path.resolve(cacheFolder), "terraform.rc"),
    CHECKPOINT_DISABLE: "1",
    // Another environment has another state file; `cdktf` offers to copy the old one into it.
    TF_CLI_ARGS_init: "-reconfigure",
    NO_PROXY: [env["NO_PROXY"], "127.0.0.1", "localhost"].filter(Boolean).join(","),
  };
}

const NO_BACKEND = Object.fromEntries(BACKEND_VARIABLES.map((variable) => [variable, ""]));

/** Files in this checkout, unless the shell says that the states are elsewhere. */
function stateVariables(env: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  if ((env["PLATFORM_BACKEND"] || "local") !== "local") return { PLATFORM_STATE_FOLDER: "" };
  // What is empty here overrides the shell in the programs that are started, too.
  const emptied = BACKEND_VARIABLES.filter((variable) => env[variable] === "");
  return {
    ...Object.fromEntries(emptied.map((variable) => [variable, ""])),
    PLATFORM_STATE_FOLDER: path.join(PROJECT_FOLDER, LOCAL_STATE_FOLDER),
  };
}
