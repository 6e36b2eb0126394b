import { environments as shippedEnvironments } from "../../environments";
import type { Config } from "../../spec/config";
import { chooseRegion, environment as processEnvironment, readConfig } from "../../project";
import type { Environments } from "../../spec/environment/settings";
import { isSuffix } from "../../spec/names";
import { PREVIEW } from "../../spec/environment/preview-suffix";
import { partitionOf } from "../../spec/regions";
import type { Environment } from "./permissions/environment";

/** What an account gets, once. Everything that lets somebody in has to be said. */
export interface SetupSettings {
  /** Of the state bucket, and of environments that say none. */
  readonly region: string;
  /** The account that must be meant: 12 digits. */
  readonly account: string;
  /** On GitHub, `owner/name`. */
  readonly repository: string;
  readonly stateBucket: string;
  /** The account that has the bucket, and where alone it is made: 12 digits. */
  readonly stateAccount: string;
  /** Other accounts whose environments keep their states in it. */
  readonly stateSharedWith: readonly string[];
  /** At least one. Pull requests are planned against the first. */
  readonly environments: readonly Environment[];
}

const SETTINGS = {
  account: {
    variable: "SETUP_ACCOUNT",
    allowed: "the AWS account's 12 digits",
    test: isAccount,
  },
  repository: {
    variable: "SETUP_REPOSITORY",
    allowed: "OWNER/NAME of one repository on GitHub",
    test: (value: string) => /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/.test(value),
  },
  stateBucket: {
    variable: "SETUP_STATE_BUCKET",
    allowed: "a name for an S3 bucket: 3 to 63 lower-case letters, digits and hyphens",
    test: (value: string) => /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(value),
  },
  stateAccount: {
    variable: "SETUP_STATE_ACCOUNT",
    allowed: "empty, or the 12 digits of another account, which has the bucket",
    test: (value: string) => value === "" || isAccount(value),
    fallback: "",
  },
  stateSharedWith: {
    variable: "SETUP_STATE_SHARED_WITH",
    allowed: "empty, or accounts of 12 digits, separated by commas, whose states lie there as well",
    test: (value: string) => value === "" || value.split(",").every(isAccount),
    fallback: "",
  },
  environments: {
    variable: "SETUP_ENVIRONMENTS",
    allowed: `names of environments as on GitHub, separated by commas, such as dev,prod,${PREVIEW}`,
    test: (value: string) => value.split(",").every(isSuffix),
  },
  hostedZones: {
    variable: "SETUP_HOSTED_ZONES",
    allowed: "empty, or ids of Route 53 hosted zones, separated by commas",
    test: (value: string) =>
      value === "" || value.split(",").every((id) => /^Z[A-Z0-9]+$/.test(id)),
    fallback: "",
  },
} as const;

function isAccount(value: string): boolean {
  return /^\d{12}$/.test(value);
}

/**
 * Reads the `SETUP_*` variables, the name from `PLATFORM_NAME`, and regions as a deployment does. What
 * lets somebody in has no default. All mistakes come back together.
 */
export function readSettings(
  env: Readonly<NodeJS.ProcessEnv> = processEnvironment,
  environments: Environments = shippedEnvironments,
): { settings: SetupSettings; problems: string[] } {
  const problems = unknownSettings(env);
  const value = (setting: keyof typeof SETTINGS): string => {
    const { variable, allowed, test, ...rest } = SETTINGS[setting];
    const given = env[variable] ?? ("fallback" in rest ? rest.fallback : undefined);
    if (given === undefined) problems.push(`${variable} is not set; it must be ${allowed}`);
    else if (!test(given)) problems.push(`${variable} is "${given}"; it must be ${allowed}`);
    return given ?? "";
  };
  const list = (setting: keyof typeof SETTINGS) => value(setting).split(",").filter(Boolean);
  const names = list("environments");
  const shared = { account: value("account"), stateBucket: value("stateBucket") };
  const hostedZones = list("hostedZones");
  const configOf = (suffix: string): Config => {
    const own = readConfig({ ...env, PLATFORM_SUFFIX: suffix }, environments);
    problems.push(...own.problems.filter((problem) => !problems.includes(problem)));
    return own.config;
  };
  const settings = {
    ...shared,
    region: chooseRegion(env).region,
    repository: value("repository"),
    stateAccount: value("stateAccount") || shared.account,
    stateSharedWith: list("stateSharedWith"),
    environments: names.map((name) => environmentOf(name, { ...shared, hostedZones }, configOf)),
  };
  problems.push(...notOnGithub(names), ...overruled(names, environments, env));
  return { settings, problems };
}

function unknownSettings(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const known: readonly string[] = Object.values(SETTINGS).map(({ variable }) => variable);
  return Object.keys(env)
    .filter((variable) => variable.startsWith("SETUP_") && !known.includes(variable))
    .map((variable) => `${variable} is not a setting; the settings are ${known.join(", ")}`);
}

function environmentOf(
  github: string,
  shared: Pick<Environment, "account" | "stateBucket" | "hostedZones">,
  configOf: (suffix: string) => Config,
): Environment {
  const suffix = github === PREVIEW ? "pr-*" : github;
  const { name, region, promoteFrom, domain } = configOf(suffix.replace("*", "0"));
  const promotesFrom = promoteFrom && {
    suffix: promoteFrom.environment,
    account: promoteFrom.account ?? shared.account,
  };
  const partition = partitionOf(region);
  const hostedZones = domain ? shared.hostedZones : [];
  return { ...shared, hostedZones, github, name, suffix, region, partition, promotesFrom };
}

/** A pipeline sets no `PLATFORM_REGION`: an environment that says where it lives is deployed there. */
function overruled(
  names: readonly string[],
  environments: Environments,
  { PLATFORM_REGION: given }: Readonly<NodeJS.ProcessEnv>,
): string[] {
  return names.flatMap((name) => {
    const { region } = environments[name] ?? {};
    if (!given || !region || region === given) return [];
    return `PLATFORM_REGION is ${given}, and environments.ts puts ${name} into ${region}; unset it: AWS_REGION counts for environments that say none`;
  });
}

/** All previews are one environment on GitHub, and none is there twice. */
function notOnGithub(names: readonly string[]): string[] {
  const problems: string[] = [];
  const previews = names.filter((name) => name.startsWith("pr-"));
  if (previews.length > 0) {
    problems.push(
      `SETUP_ENVIRONMENTS: ${previews.join(", ")} is a pull request's; name ${PREVIEW}`,
    );
  }
  if (new Set(names).size < names.length) problems.push("SETUP_ENVIRONMENTS names one twice");
  return problems;
}
