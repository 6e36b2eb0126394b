import { environments as shippedEnvironments } from "../../environments";
import type { Config } from "../../spec/config";
import { chooseRegion, environment as processEnvironment, readConfig } from "../../project";
import type { Environments } from "../../spec/environment/settings";
import { isSuffix } from "../../spec/names";
import { PREVIEW } from "../../spec/environment/preview-suffix";
import { partitionOf } from "../../spec/regions";
import type { Services } from "../../spec/service/spec";
import { catalogueSecrets } from "./catalogue-secrets";
import type { Environment } from "./permissions/environment";
import {
  TASK_PERMISSIONS,
  boundaryProblems,
  isJsonObject,
  readTaskPermissions,
} from "./task-permissions";

/** The one-time setup of an account. Everything that grants access must be set explicitly. */
export interface SetupSettings {
  /** Region of the state bucket, and of environments that set none. */
  readonly region: string;
  /** The account that the credentials must belong to: 12 digits. */
  readonly account: string;
  /** The GitHub repository, `owner/name`. */
  readonly repository: string;
  readonly stateBucket: string;
  /** The account that owns the bucket, the only one it is created in: 12 digits. */
  readonly stateAccount: string;
  /** Other accounts whose environments keep their states in the bucket. */
  readonly stateSharedWith: readonly string[];
  /** At least one. */
  readonly environments: readonly Environment[];
  /** The one that pull requests are planned against: everyone who may open one can read it. @default none */
  readonly pullRequests: string | undefined;
}

const SETTINGS = {
  account: {
    variable: "SETUP_ACCOUNT",
    allowed: "the 12-digit AWS account ID",
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
    allowed: "empty, or the 12-digit ID of another account, which owns the bucket",
    test: (value: string) => value === "" || isAccount(value),
    fallback: "",
  },
  stateSharedWith: {
    variable: "SETUP_STATE_SHARED_WITH",
    allowed:
      "empty, or 12-digit account IDs separated by commas, whose states are also in the bucket",
    test: (value: string) => value === "" || value.split(",").every(isAccount),
    fallback: "",
  },
  environments: {
    variable: "SETUP_ENVIRONMENTS",
    allowed: `GitHub environment names separated by commas, such as dev,prod,${PREVIEW}`,
    test: (value: string) => value.split(",").every(isSuffix),
  },
  pullRequests: {
    variable: "SETUP_PULL_REQUESTS",
    allowed:
      "empty, or the one environment that pull requests are planned against, such as dev: everyone who may open one can read its secrets",
    test: (value: string) => value === "" || isSuffix(value),
    fallback: "",
  },
  hostedZones: {
    variable: "SETUP_HOSTED_ZONES",
    allowed: "empty, or Route 53 hosted zone IDs separated by commas",
    test: (value: string) =>
      value === "" || value.split(",").every((id) => /^Z[A-Z0-9]+$/.test(id)),
    fallback: "",
  },
  taskPermissions: {
    variable: TASK_PERMISSIONS,
    allowed:
      'empty, or JSON with permissions by environment: {"dev": [{"actions": ["ses:SendEmail"], "resources": ["arn:…"]}]}',
    test: (value: string) => value === "" || isJsonObject(value),
    fallback: "",
  },
} as const;

function isAccount(value: string): boolean {
  return /^\d{12}$/.test(value);
}

/**
 * Reads the `SETUP_*` variables, the name from `PLATFORM_NAME`, and regions as a deployment does.
 * Settings that grant access have no default. Returns all problems together.
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
  const tasks = readTaskPermissions(value("taskPermissions"), names);
  const read = (suffix: string) => {
    const own = readConfig({ ...env, PLATFORM_SUFFIX: suffix }, environments);
    problems.push(...own.problems.filter((problem) => !problems.includes(problem)));
    return own;
  };
  const pullRequests = value("pullRequests") || undefined;
  const settings = {
    ...shared,
    pullRequests,
    region: chooseRegion(env).region,
    repository: value("repository"),
    stateAccount: value("stateAccount") || shared.account,
    stateSharedWith: list("stateSharedWith"),
    environments: names.map((name) => ({
      ...environmentOf(name, { ...shared, hostedZones }, read),
      taskPermissions: tasks.permissions.get(name) ?? [],
    })),
  };
  problems.push(
    ...notOnGithub(names),
    ...openToPullRequests(pullRequests, names, read),
    ...overruled(names, environments, env),
    ...tasks.problems,
    ...boundaryProblems(settings.environments),
  );
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
  read: (suffix: string) => { readonly config: Config; readonly services: Services },
): Environment {
  const suffix = github === PREVIEW ? "pr-*" : github;
  const { config, services } = read(suffix.replace("*", "0"));
  const { name, region, promoteFrom, domain, exec } = config;
  const promotesFrom = promoteFrom && {
    suffix: promoteFrom.environment,
    account: promoteFrom.account ?? shared.account,
  };
  const partition = partitionOf(region);
  const hostedZones = domain ? shared.hostedZones : [];
  return {
    ...shared,
    hostedZones,
    secretArns: catalogueSecrets(services, config),
    domain: domain?.name,
    exec,
    github,
    name,
    suffix,
    region,
    partition,
    promotesFrom,
  };
}

/** A pull request can come from whoever may push a branch, with a workflow of their own, before any review. */
function openToPullRequests(
  name: string | undefined,
  names: readonly string[],
  read: (suffix: string) => { readonly config: Config },
): string[] {
  if (name === undefined) return [];
  if (!names.includes(name) || name === PREVIEW)
    return [
      `SETUP_PULL_REQUESTS is "${name}"; it must be empty or an environment of SETUP_ENVIRONMENTS other than ${PREVIEW}`,
    ];
  const { protected: isProtected, promoteFrom } = read(name).config;
  if (!isProtected && !promoteFrom) return [];
  const what = isProtected ? "is protected" : "promotes images";
  return [
    `SETUP_PULL_REQUESTS is "${name}", which ${what}: everyone who may open a pull request could read its secrets; name an environment for trying out, such as dev, or leave it empty`,
  ];
}

/** A pipeline sets no `PLATFORM_REGION`, so a region in environments.ts applies. */
function overruled(
  names: readonly string[],
  environments: Environments,
  { PLATFORM_REGION: given }: Readonly<NodeJS.ProcessEnv>,
): string[] {
  return names.flatMap((name) => {
    const { region } = environments[name] ?? {};
    if (!given || !region || region === given) return [];
    return `PLATFORM_REGION is ${given}, but environments.ts puts ${name} in ${region}; unset PLATFORM_REGION and set AWS_REGION, which applies to environments without a region`;
  });
}

/** On GitHub all previews are one environment, and no environment occurs twice. */
function notOnGithub(names: readonly string[]): string[] {
  const problems: string[] = [];
  const previews = names.filter((name) => name.startsWith("pr-"));
  if (previews.length > 0) {
    problems.push(
      `SETUP_ENVIRONMENTS: ${previews.join(", ")} belongs to a pull request; use ${PREVIEW} instead`,
    );
  }
  if (new Set(names).size < names.length) {
    problems.push("SETUP_ENVIRONMENTS names an environment twice; remove the duplicate");
  }
  return problems;
}
