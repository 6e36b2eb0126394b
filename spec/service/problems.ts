import { PLATFORM_IMAGES } from "../images";
import { databaseProblems } from "./database-name";
import { pathProblems } from "./path-problems";
import { quotaProblems } from "./quota-problems";
import type { ServiceSpec, Services } from "./spec";
import { tasksProblems } from "./tasks";

/** Names that the platform uses itself. */
const RESERVED_NAMES = [...PLATFORM_IMAGES, "migrate", "load-balancer", "database", "platform"];

/** Variables that the platform sets itself. */
const RESERVED_VARIABLE = /^(PORT|SERVICE_NAME|DRAIN_SECONDS|DATABASE_.*|AWS_.*|ECS_.*)$/;

/**
 * Checks what types cannot. Returns every problem in the catalogue, each with the given value and the
 * rule. Nothing may be synthesized while there is one.
 */
export function catalogueProblems(services: Services): string[] {
  const entries = Object.entries(services);
  if (entries.length === 0) {
    return ["services is empty; add at least one entry to services/index.ts"];
  }
  return [
    ...entries.flatMap(([name, spec]) => serviceProblems(name, spec, services)),
    ...pathProblems(services),
    ...databaseProblems(services),
    ...quotaProblems(services),
  ].map((problem) => `services: ${problem}`);
}

function serviceProblems(name: string, spec: ServiceSpec, services: Services): string[] {
  const problems: string[] = [];
  const rule = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  rule(
    name.length <= 24 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name),
    `the name "${name}" must be 1 to 24 lower-case letters, digits and single hyphens, starting with a letter`,
  );
  rule(
    !name.split("-").includes("pr"),
    `the name "${name}" contains the word pr, which marks a preview's suffix in resource names; use another word`,
  );
  rule(
    isPort(spec.port),
    `${name}.port is ${spec.port}; it must be a whole number from 1 to 65535`,
  );
  rule(
    isHealthPath(spec.health.path),
    `${name}.health.path is "${spec.health.path}"; it must start with / and have no spaces, at most 1024 characters`,
  );
  problems.push(...tasksProblems(spec).map((problem) => `${name}.${problem}`));
  rule(
    spec.migrate === undefined || Boolean(spec.database),
    `${name}.migrate needs database: true; without it there is nothing to migrate`,
  );
  rule(
    !RESERVED_NAMES.includes(name),
    `the name "${name}" is reserved, as are ${RESERVED_NAMES.join(", ")}`,
  );
  for (const callee of spec.calls ?? []) {
    rule(callee !== name, `${name}.calls names ${name} itself`);
    rule(
      callee in services,
      `${name}.calls names "${callee}", which is not a service; the services are ${Object.keys(services).join(", ")}`,
    );
  }
  rule(isUnique(spec.calls ?? []), `${name}.calls names a service twice`);
  for (const variable of Object.keys(spec.environment ?? {})) {
    rule(
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) && !RESERVED_VARIABLE.test(variable),
      `${name}.environment sets ${variable}; a name must be letters, digits and _, and PORT, SERVICE_NAME, DRAIN_SECONDS, DATABASE_*, AWS_* and ECS_* are reserved for the platform`,
    );
  }
  return problems;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function isHealthPath(path: string): boolean {
  return /^\/[^\s]*$/.test(path) && path.length <= 1024;
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
