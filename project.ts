import { mkdirSync } from "node:fs";
import path from "node:path";
import { acceptedVulnerabilities as shippedAcceptance } from "./accepted-vulnerabilities";
import type { Config } from "./spec/config";
import { environments as shippedEnvironments } from "./environments";
import { services as shippedCatalogue } from "./services";
import {
  type BuildPlace,
  type BuildSource,
  buildSource,
  secretFilesOf,
} from "./spec/service/build";
import { buildOf } from "./spec/service/sidecars";
import type { Services } from "./spec/service/spec";
import { readBackend } from "./spec/variables/backend";
import { alarmsOf } from "./spec/environment/alarms";
import { isOnInternet } from "./spec/environment/domain";
import { rdsAuthorities } from "./spec/database/authorities";
import { passwordPeriod } from "./spec/database/login";
import { readGivenAuthorities } from "./spec/database/given-authorities";
import { readEnvironments } from "./spec/environment/problems";
import { logsOf } from "./spec/environment/protection";
import {
  DEFAULTS,
  ENVIRONMENTS_FILE,
  type EnvironmentSettings,
  type Environments,
  servicesIn,
  settingsOf,
} from "./spec/environment/settings";
import { scanOn } from "./spec/scan/accepted";
import { readAccepted } from "./spec/scan/accepted-problems";
import { isObject } from "./spec/schema";
import { nearest } from "./spec/nearest";
import { readServices } from "./spec/service/schema";
import { PREVIEW_RULE } from "./spec/environment/preview-suffix";
import { type ChosenRegion, regionOfShell } from "./spec/variables/chosen-region";
import { builderOf, engineProblems } from "./spec/variables/engine-problems";
import { regionProblems } from "./spec/variables/region-problems";
import {
  PLATFORM_VARIABLES,
  type PlatformVariable,
  unknownVariables,
} from "./spec/variables/platform-variables";

/** The project's folder; paths in settings and services are relative to it. */
export const PROJECT_FOLDER = __dirname;

/** What the commands write in the project: stacks, states, plans. Each run changes it. */
const OUTPUT_FOLDER = ".platform";

/** Where the image of each service and sidecar is built from. */
export function sourcesOf(services: Services): (image: string) => BuildSource {
  const stacks = path.resolve(environment["CDKTF_OUTDIR"] ?? OUTPUT_FOLDER);
  const states = path.resolve(
    PROJECT_FOLDER,
    environment["PLATFORM_STATE_FOLDER"] ?? OUTPUT_FOLDER,
  );
  const elsewhere = [stacks, states]
    .map((folder) => path.relative(PROJECT_FOLDER, folder))
    .filter((folder) => path.relative(OUTPUT_FOLDER, folder).startsWith(".."));
  const place: BuildPlace = {
    project: PROJECT_FOLDER,
    outputs: [OUTPUT_FOLDER, ...elsewhere],
    secretFiles: secretFilesOf(Object.values(services).map(({ build = {} }) => build)),
  };
  return (image) => buildSource(image, buildOf(image, services), place);
}

/** The app's exit code for problems in the settings or the catalogue; any other is a defect. */
export const REFUSED = 2;

/** The app's argument of a caller that builds nothing, or checks the secrets and the engine of builds itself. */
export const WITHOUT_SECRETS = "--without-secrets";

/** The line before these problems. */
export const NOTHING_SYNTHESIZED = "Nothing was synthesized:";

/** The process's environment, read only here; all other code receives values. */
export const environment: Readonly<NodeJS.ProcessEnv> = process.env;

/**
 * Reads the configuration: the environment from `PLATFORM_*` variables, its settings from
 * environments.ts, and the catalogue with that environment's overrides. If neither sets a region, the
 * shell's applies, as the AWS CLI finds it. Returns all problems together, each with the given and the
 * allowed values; a configuration with problems must not be used. Those of the catalogue are
 * `deploymentProblems`.
 */
export function readConfig(
  env: Readonly<NodeJS.ProcessEnv> = environment,
  environments: Environments = shippedEnvironments,
  catalogue: Services = shippedCatalogue,
  now = new Date(),
  acceptance: unknown = shippedAcceptance,
): { config: Config; services: Services; problems: string[] } {
  const { environments: known, problems: inFile } = readEnvironments(environments, catalogue);
  const { accepted, problems: inAccepted } = readAccepted(acceptance, catalogue, now);
  const problems = [...unknownVariables(env), ...engineProblems(env), ...inFile, ...inAccepted];
  const value = (setting: Exclude<PlatformVariable, "region">): string => {
    const { variable, fallback, allowed, test } = PLATFORM_VARIABLES[setting];
    const given = env[variable] ?? fallback;
    if (!test(given)) problems.push(`${variable} is "${given}"; it must be ${allowed}`);
    return given;
  };
  const suffix = value("suffix");
  const registry = value("registry") || undefined;
  const settings = settingsOf(suffix, known, registry !== undefined);
  if (!settings && PLATFORM_VARIABLES.suffix.test(suffix) && isObject(environments))
    problems.push(unknownSuffix(suffix, known));
  if (!settings && isObject(catalogue) && Object.hasOwn(catalogue, suffix))
    problems.push(`"${suffix}" is a service: the environment was probably left out`);
  const chosen = chooseRegion(env, settings);
  const { region } = chosen;
  const { backend, problems: inBackend } = readBackend(env, {
    region,
    projectFolder: PROJECT_FOLDER,
  });
  problems.push(...inBackend);
  const given = readGivenAuthorities(value("databaseAuthorities"), PROJECT_FOLDER);
  problems.push(...given.problems);
  const { availabilityZones, cidr, natGateways, architecture, database, capacity, pullableBy } = {
    ...DEFAULTS,
    ...settings,
  };
  const config: Config = {
    name: value("name"),
    suffix,
    region,
    registry,
    // Another builder does not see the base images that `up` has prepared in the engine.
    builder: isOnInternet({ registry }) ? builderOf(env) : undefined,
    databaseAuthorities: given.authorities ?? rdsAuthorities(region),
    passwordPeriod: passwordPeriod(now),
    backend,
    availabilityZones,
    cidr,
    natGateways,
    architecture,
    database,
    capacity,
    pullableBy,
    protected: settings?.protected ?? false,
    exec: settings?.exec ?? false,
    logs: logsOf(settings ?? {}),
    alarms: alarmsOf(suffix, settings ?? {}),
    lifetimeHours: settings?.lifetimeHours,
    leftDatabases: value("leftDatabases").split(",").filter(Boolean),
    promoteFrom: settings?.promoteFrom,
    // The local AWS has no TLS, and no DNS points to it.
    domain: isOnInternet({ registry }) ? settings?.domain : undefined,
    // The local AWS issues the tokens that its services accept: `npx platform token` has to work there.
    identity: isOnInternet({ registry }) ? settings?.identity : undefined,
    firewall: settings?.firewall,
    scan: settings?.scan && scanOn(now, settings.scan, accepted),
    sign: settings?.sign ?? false,
    vulnerabilityDatabase: value("vulnerabilityDatabase") || undefined,
    cognito: value("cognito") || undefined,
    keptRepositories: value("keptRepositories").split(",").filter(Boolean),
    permissionsBoundary: value("permissionsBoundary") || undefined,
  };
  problems.push(...regionProblems(config, chosen));
  const services = servicesIn(settings ?? {}, readServices(catalogue).services);
  return { config, services, problems };
}

/** `PLATFORM_REGION`, then environments.ts, then the shell's. */
export function chooseRegion(
  env: Readonly<NodeJS.ProcessEnv>,
  settings?: EnvironmentSettings,
): ChosenRegion {
  const { variable } = PLATFORM_VARIABLES.region;
  const given = env[variable];
  if (given !== undefined) return { region: given, source: variable };
  if (settings?.region !== undefined) return { region: settings.region, source: ENVIRONMENTS_FILE };
  return regionOfShell(env);
}

/** Rejects an unknown suffix: a mistyped `pord` would deploy a second platform beside prod. */
function unknownSuffix(suffix: string, environments: Environments): string {
  const known = nearest(suffix, Object.keys(environments));
  return `the environment "${suffix}" is not in environments.ts${known}. Add it there, or use a preview suffix: ${PREVIEW_RULE}`;
}

/** Creates cdktf's output folder: cdktf creates no parents, which a fresh clone lacks. */
export function makeOutputFolder(): void {
  const folder = environment["CDKTF_OUTDIR"];
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
}
