import path from "node:path";
import { REGIONS } from "./regions";

/** Where this environment runs and how it is named; the same for all three stacks. */
export interface Config {
  /** First part of every name. 1–16 characters. */
  readonly name: string;
  /** The environment, last part of every name. 1–12 characters. Two suffixes live side by side. */
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
  /** Registry that stands in for ECR's own address, as `http://host:port`. @default ECR's address */
  readonly registry: string | undefined;
  /** Folder of the state files. */
  readonly stateFolder: string;
  /**
   * Repositories of services that have left the catalogue and may still run. `npm run deploy` sets
   * it until the platform has let go of them. @default none
   */
  readonly keptRepositories: readonly string[];
  /**
   * ARN of the IAM policy that the roles of tasks may not exceed; `setup/aws` makes one, and its
   * deploy role makes no role without it. @default none
   */
  readonly permissionsBoundary: string | undefined;
}

/** Every setting: its variable, its default, what it may be. */
const SETTINGS = {
  name: {
    variable: "PLATFORM_NAME",
    fallback: "platform",
    allowed:
      "1 to 16 lower-case letters, digits and single hyphens, starting with a letter, but not with internal-, sg- or aws-",
    test: (value: string) => isName(value, 16) && !/^(internal|sg|aws)(-|$)/.test(value),
  },
  suffix: {
    variable: "PLATFORM_SUFFIX",
    fallback: "dev",
    allowed: "1 to 12 lower-case letters, digits and single hyphens, starting with a letter",
    test: (value: string) => isName(value, 12),
  },
  region: {
    variable: "PLATFORM_REGION",
    fallback: "us-east-1",
    allowed: `one of ${REGIONS.join(", ")}`,
    test: (value: string) => REGIONS.includes(value),
  },
  availabilityZones: {
    variable: "PLATFORM_AVAILABILITY_ZONES",
    fallback: "2",
    allowed: "2, 3 or 4",
    test: (value: string) => /^[2-4]$/.test(value),
  },
  cidr: {
    variable: "PLATFORM_CIDR",
    fallback: "10.0.0.0/16",
    allowed: "a private /16 such as 10.1.0.0/16",
    test: (value: string) =>
      /^(10\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/.test(
        value,
      ),
  },
  natGateways: {
    variable: "PLATFORM_NAT_GATEWAYS",
    fallback: "one-per-zone",
    allowed: "one-per-zone or shared",
    test: (value: string) => ["one-per-zone", "shared"].includes(value),
  },
  architecture: {
    variable: "PLATFORM_ARCHITECTURE",
    fallback: "X86_64",
    allowed: "X86_64 or ARM64",
    test: (value: string) => ["X86_64", "ARM64"].includes(value),
  },
  registry: {
    variable: "PLATFORM_REGISTRY",
    fallback: "",
    allowed: "empty, or http(s)://host:port of a registry that serves ECR's repositories",
    test: (value: string) => value === "" || /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(value),
  },
  stateFolder: {
    variable: "PLATFORM_STATE_FOLDER",
    fallback: path.join(".platform", "state"),
    allowed: "a folder, absolute or relative to the project",
    test: (value: string) => value !== "",
  },
  keptRepositories: {
    variable: "PLATFORM_KEPT_REPOSITORIES",
    fallback: "",
    allowed: "empty, or names of services, separated by commas",
    test: (value: string) => value === "" || value.split(",").every((name) => isName(name, 24)),
  },
  permissionsBoundary: {
    variable: "PLATFORM_PERMISSIONS_BOUNDARY",
    fallback: "",
    allowed: "empty, or the ARN of an IAM policy such as arn:aws:iam::123456789012:policy/NAME",
    test: (value: string) =>
      value === "" || /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(value),
  },
} as const;

type Setting = keyof typeof SETTINGS;

/** The project's folder: paths in settings and services are relative to it. */
export const PROJECT_FOLDER = path.resolve(__dirname, "..");

/** The process's environment. Read here and nowhere else; everything else takes values. */
export const environment: Readonly<NodeJS.ProcessEnv> = process.env;

/**
 * Reads the configuration from `PLATFORM_*` variables. `AWS_REGION` counts where `PLATFORM_REGION`
 * is not set. All mistakes come back together, each with what was given and what is allowed; a
 * configuration with problems must not be used.
 */
export function readConfig(env: Readonly<NodeJS.ProcessEnv> = environment): {
  config: Config;
  problems: string[];
} {
  const settings: NodeJS.ProcessEnv = { PLATFORM_REGION: env["AWS_REGION"] || undefined, ...env };
  const problems = unknownVariables(env);
  const value = (setting: Setting): string => {
    const { variable, fallback, allowed, test } = SETTINGS[setting];
    const given = settings[variable] ?? fallback;
    if (!test(given)) problems.push(`${variable} is "${given}"; it must be ${allowed}`);
    return given;
  };
  const config: Config = {
    name: value("name"),
    suffix: value("suffix"),
    region: value("region"),
    availabilityZones: Number(value("availabilityZones")),
    cidr: value("cidr"),
    natGateways: value("natGateways") === "shared" ? "shared" : "one-per-zone",
    architecture: value("architecture") === "ARM64" ? "ARM64" : "X86_64",
    registry: value("registry") || undefined,
    stateFolder: path.resolve(PROJECT_FOLDER, value("stateFolder")),
    keptRepositories: value("keptRepositories").split(",").filter(Boolean),
    permissionsBoundary: value("permissionsBoundary") || undefined,
  };
  return { config, problems };
}

/** A mistyped `PLATFORM_SUFIX` would otherwise deploy to the default environment. */
function unknownVariables(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const known: string[] = Object.values(SETTINGS).map(({ variable }) => variable);
  return Object.keys(env)
    .filter((variable) => variable.startsWith("PLATFORM_") && !known.includes(variable))
    .map((variable) => `${variable} is not a setting; the settings are ${known.join(", ")}`);
}

function isName(value: string, limit: number): boolean {
  return value.length <= limit && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value);
}
