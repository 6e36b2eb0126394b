import type { Config } from "../config";
import { bundleUrl } from "../database/authorities";
import { HEALTH, PLATFORM_IMAGES } from "../images";
import { serviceNameProblem } from "../names";
import { REGIONS, partitionOf } from "../regions";
import { alarmProblems } from "./alarm-problems";
import { bucketProblems } from "./bucket-problems";
import { buildProblems } from "./build-problems";
import { databaseProblems } from "./database-name";
import { fileMemoryProblem, folderProblems } from "./file-problems";
import { pathProblems } from "./path-problems";
import { kindOf } from "./kinds";
import { partitionProblems, permissionProblems } from "./permission-problems";
import { queueProblems } from "./queue-problems";
import { quotaProblems } from "./quota-problems";
import { scalingProblems } from "./scaling-problems";
import { readServices } from "./schema";
import { secretProblems, secretProblemsIn } from "./secret-problems";
import { sidecarProblems } from "./sidecar-problems";
import type { ServiceSpec, Services } from "./spec";
import { variableProblems } from "./variable-problems";

/** Names that the platform uses itself. */
const RESERVED_NAMES = [
  ...PLATFORM_IMAGES,
  HEALTH,
  "migrate",
  "load-balancer",
  "database",
  "platform",
  // Its callers would get IDENTITY_KEYS_URL.
  "identity-keys",
];

/**
 * Checks the whole catalogue, whatever its type: the shape of each service, then what the services mean
 * to each other. Returns every problem, each with the given value and the rule. Nothing may be
 * synthesized while there is one. AWS's quotas depend on the environment: see `deploymentProblems`.
 */
export function catalogueProblems(catalogue: unknown): string[] {
  const { services, problems, refuses } = readServices(catalogue);
  const entries = Object.entries(services);
  if (entries.length === 0 && problems.length === 0) {
    return ["services is empty; add at least one entry to services/index.ts"];
  }
  return [
    ...problems,
    ...entries.flatMap(([name, spec]) => [
      ...serviceProblems(name, spec, services),
      ...(refuses(name, "database") ? [] : migrationProblems(name, spec)),
      ...(refuses(name, "receives") ? [] : misfitProblems(name, spec)),
      ...(["path", "receives"].some((word) => refuses(name, word))
        ? []
        : unusedThresholds(name, spec)),
      ...folderProblems(name, spec),
      ...(refuses(name, "files") || refuses(name, "size") ? [] : memoryProblems(name, spec)),
    ]),
    ...pathProblems(services),
    ...databaseProblems(services),
    ...queueProblems(services, refuses),
    ...bucketProblems(services),
  ].map((problem) => `services: ${problem}`);
}

/**
 * The problems of the catalogue as one environment deploys it. AWS's quotas are compared only when all
 * else is right: a wrong word leaves open how many tasks there will be.
 *
 * @param read what `readConfig` returns for the environment
 */
export function deploymentProblems(
  catalogue: unknown,
  read: {
    readonly config: Pick<
      Config,
      "name" | "suffix" | "region" | "registry" | "databaseAuthorities" | "exec"
    >;
    readonly services: Services;
    readonly problems: readonly string[];
  },
): string[] {
  const { config, services } = read;
  const problems = [
    ...catalogueProblems(catalogue),
    ...authorityProblems(config, services),
    ...secretProblemsIn(config, services),
    ...foreignPartitions(config, services),
  ];
  return read.problems.length + problems.length > 0 ? problems : quotaProblems(services, config);
}

/** Without its authorities, nobody could tell the database from a server that poses as it. */
function authorityProblems(
  { region, databaseAuthorities }: Pick<Config, "region" | "databaseAuthorities">,
  services: Services,
): string[] {
  const names = Object.entries(services).flatMap(([name, { database }]) =>
    database ? [name] : [],
  );
  if (databaseAuthorities !== undefined || names.length === 0 || !REGIONS.includes(region)) {
    return [];
  }
  return [
    `services: the database of ${names.join(", ")} cannot be verified in ${region}, because the platform does not have the certificates of RDS's authorities there; download ${bundleUrl(region)} and set PLATFORM_DATABASE_CA to its path, or choose another region`,
  ];
}

/** The catalogue is the same in all environments, but a partition has its own ARNs. */
function foreignPartitions({ region }: Pick<Config, "region">, services: Services): string[] {
  if (!REGIONS.includes(region)) return [];
  return Object.entries(services).flatMap(([name, { permissions }]) =>
    partitionProblems(permissions, region, partitionOf(region)).map(
      (problem) => `services: ${name}.${problem}`,
    ),
  );
}

function nameProblems(name: string): string[] {
  const problem = serviceNameProblem(name);
  if (problem !== undefined) return [`the name ${JSON.stringify(name)} ${problem}`];
  return RESERVED_NAMES.includes(name)
    ? [`the name "${name}" is reserved, as are ${RESERVED_NAMES.join(", ")}`]
    : [];
}

function misfitProblems(name: string, spec: ServiceSpec): string[] {
  return scalingProblems(spec.scaling ?? {}, spec).map((problem) => `${name}.scaling.${problem}`);
}

function unusedThresholds(name: string, spec: ServiceSpec): string[] {
  return alarmProblems(spec.alarms ?? {}, spec).map((problem) => `${name}.alarms.${problem}`);
}

function serviceProblems(name: string, spec: ServiceSpec, services: Services): string[] {
  const { calls = [] } = spec;
  const problems: string[] = [];
  const rule = (holds: boolean, problem: string) => {
    if (!holds) problems.push(`${name}.${problem}`);
  };
  for (const callee of calls) {
    rule(callee !== name, `calls names ${name} itself`);
    rule(
      Object.hasOwn(services, callee),
      `calls names "${callee}", which is not a service; the services are ${Object.keys(services).join(", ")}`,
    );
    const spec = services[callee];
    rule(
      spec === undefined || spec.port !== undefined,
      `calls names "${callee}", which is a ${spec && kindOf(spec)}, and answers no requests; only services with port can be called`,
    );
  }
  rule(new Set(calls).size === calls.length, "calls names a service twice");
  for (const problem of variableProblems(spec)) rule(false, problem);
  for (const problem of buildProblems(spec.build)) rule(false, problem);
  for (const problem of secretProblems(spec)) rule(false, problem);
  for (const problem of permissionProblems(spec.permissions)) rule(false, problem);
  for (const problem of sidecarProblems(name, spec)) rule(false, problem);
  return [...nameProblems(name), ...problems];
}

function memoryProblems(name: string, spec: ServiceSpec): string[] {
  const problem = fileMemoryProblem(spec);
  return problem === undefined ? [] : [`${name}.files is too large: ${problem}`];
}

function migrationProblems(name: string, { migrate, database }: ServiceSpec): string[] {
  if (migrate === undefined || database) return [];
  return [`${name}.migrate needs database: true; without it there is nothing to migrate`];
}
