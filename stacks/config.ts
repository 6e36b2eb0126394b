import path from "node:path";
import { environments as shippedEnvironments } from "../environments";
import { services as shippedCatalogue } from "../services";
import type { Services } from "../services/spec";
import { type Backend, readBackend } from "./backend-settings";
import { type Domain, isOnInternet } from "./domain";
import { environmentsProblems } from "./environment-problems";
import {
  DEFAULTS,
  type DatabaseCapacity,
  ENVIRONMENTS_FILE,
  type EnvironmentSettings,
  type Environments,
  type Promotion,
  servicesIn,
  settingsOf,
} from "./environment-settings";
import { PREVIEW_RULE } from "./preview-suffix";
import { type ChosenRegion, regionOfShell } from "./chosen-region";
import { regionProblems } from "./region-problems";
import { SETTINGS, type Setting, unknownVariables } from "./variables";

/** Where this environment runs and how it is named; the same for all three stacks. */
export interface Config {
  /** First part of every name: one word of 1–16 characters. */
  readonly name: string;
  /**
   * The environment, last part of every name: one word, or a preview's `pr-…`, of 1–12 characters. Two
   * suffixes live side by side.
   */
  readonly suffix: string;
  readonly region: string;
  /** How many availability zones carry subnets: 2 to 4. */
  readonly availabilityZones: number;
  /** The VPC's IPv4 range, a /16. */
  readonly cidr: string;
  /** A NAT gateway in each zone, or one that all zones share: cheaper, and lost with its zone. */
  readonly natGateways: "one-per-zone" | "shared";
  /** What images are built for and tasks run on. */
  readonly architecture: "X86_64" | "ARM64";
  /** What Aurora scales between. */
  readonly database: DatabaseCapacity;
  /** What tasks run on: Spot is cheaper, and AWS may take a task back. */
  readonly capacity: "on-demand" | "spot";
  /** From a preview's last deployment until it may be destroyed. @default for ever */
  readonly lifetimeHours: number | undefined;
  /** Where the platform answers over HTTPS. @default plain HTTP at the load balancer's own address */
  readonly domain: Domain | undefined;
  /** Registry that stands in for ECR's own address, as `http://host:port`. @default ECR's address */
  readonly registry: string | undefined;
  /** Where Terraform keeps the states. */
  readonly backend: Backend;
  /**
   * Repositories of services that have left the catalogue and may still run. `npm run deploy` sets
   * it until the platform has let go of them. @default none
   */
  readonly keptRepositories: readonly string[];
  /** Takes the images of another environment instead of building them. @default builds them */
  readonly promoteFrom: Promotion | undefined;
  /** Accounts that may pull the environment's images, to promote them. @default its own alone */
  readonly pullableBy: readonly string[];
  /**
   * ARN of the IAM policy that the roles of tasks may not exceed; `setup/aws` makes one, and its
   * deploy role makes no role without it. @default none
   */
  readonly permissionsBoundary: string | undefined;
}

/** The project's folder: paths in settings and services are relative to it. */
export const PROJECT_FOLDER = path.resolve(__dirname, "..");

/** The process's environment. Read here and nowhere else; everything else takes values. */
export const environment: Readonly<NodeJS.ProcessEnv> = process.env;

/**
 * Reads the configuration: which environment from `PLATFORM_*` variables, what it has from
 * environments.ts, and with both the catalogue as that environment has it. Where neither sets a region,
 * it is the shell's, as the AWS CLI finds it. All mistakes come back together, each with what was given and what is
 * allowed; a configuration with problems must not be used.
 */
export function readConfig(
  env: Readonly<NodeJS.ProcessEnv> = environment,
  environments: Environments = shippedEnvironments,
  catalogue: Services = shippedCatalogue,
): { config: Config; services: Services; problems: string[] } {
  const problems = [...unknownVariables(env), ...environmentsProblems(environments, catalogue)];
  const value = (setting: Exclude<Setting, "region">): string => {
    const { variable, fallback, allowed, test } = SETTINGS[setting];
    const given = env[variable] ?? fallback;
    if (!test(given)) problems.push(`${variable} is "${given}"; it must be ${allowed}`);
    return given;
  };
  const suffix = value("suffix");
  const registry = value("registry") || undefined;
  const settings = settingsOf(suffix, environments, registry !== undefined);
  if (!settings && SETTINGS.suffix.test(suffix)) problems.push(unknownSuffix(suffix, environments));
  const chosen = chooseRegion(env, settings);
  const { region } = chosen;
  const { backend, problems: inBackend } = readBackend(env, {
    region,
    projectFolder: PROJECT_FOLDER,
  });
  problems.push(...inBackend);
  const { availabilityZones, cidr, natGateways, architecture, database, capacity, pullableBy } = {
    ...DEFAULTS,
    ...settings,
  };
  const config: Config = {
    name: value("name"),
    ...{ suffix, region, registry, backend },
    ...{ availabilityZones, cidr, natGateways, architecture, database, capacity, pullableBy },
    lifetimeHours: settings?.lifetimeHours,
    promoteFrom: settings?.promoteFrom,
    // The local AWS has no TLS, and no DNS leads to it.
    domain: isOnInternet({ registry }) ? settings?.domain : undefined,
    keptRepositories: value("keptRepositories").split(",").filter(Boolean),
    permissionsBoundary: value("permissionsBoundary") || undefined,
  };
  problems.push(...regionProblems(config, chosen));
  return { config, services: servicesIn(settings ?? {}, catalogue), problems };
}

/** `PLATFORM_REGION`, then environments.ts, then the shell's. */
export function chooseRegion(
  env: Readonly<NodeJS.ProcessEnv>,
  settings?: EnvironmentSettings,
): ChosenRegion {
  const { variable } = SETTINGS.region;
  const given = env[variable];
  if (given !== undefined) return { region: given, source: variable };
  if (settings?.region !== undefined) return { region: settings.region, source: ENVIRONMENTS_FILE };
  return regionOfShell(env);
}

/** A mistyped `PLATFORM_SUFFIX=pord` would otherwise deploy a second platform beside prod. */
function unknownSuffix(suffix: string, environments: Environments): string {
  const known = Object.keys(environments).join(", ");
  return `PLATFORM_SUFFIX is "${suffix}"; environments.ts has ${known}: add it there, or take a preview's: ${PREVIEW_RULE}`;
}
