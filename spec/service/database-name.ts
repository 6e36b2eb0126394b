import { LOGIN_ENDING } from "../database/login";
import type { ServiceSpec, Services } from "./spec";

/** PostgreSQL keeps 63 bytes of a name and silently truncates the rest; a login's is the longest. */
const MAXIMUM_LENGTH = 63 - LOGIN_ENDING;

/** Databases and roles that every cluster of the platform already has. */
const TAKEN = ["platform", "postgres", "template0", "template1"];

/**
 * Words that PostgreSQL does not accept as a role name, even in quotes. All its other keywords are names
 * in quotes, which the setup always writes.
 */
const KEYWORDS = ["none", "public"];

/** Prefixes of the role names that PostgreSQL and RDS reserve. */
const PREFIXES = ["pg_", "rds"];

/**
 * The name of a service's database and of the role that owns it; `undefined` for a service without a
 * database.
 */
export function databaseName(service: string, { database }: ServiceSpec): string | undefined {
  if (!database) return undefined;
  const own = database === true ? undefined : database.name;
  return own ?? service.replaceAll("-", "_");
}

/** The service that each database belongs to. */
export function databaseOwners(services: Services): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(services).flatMap(([service, spec]): [string, string][] => {
      const name = databaseName(service, spec);
      return name === undefined ? [] : [[name, service]];
    }),
  );
}

/**
 * Database names that PostgreSQL would refuse or truncate, and those that two services share.
 *
 * @see https://www.postgresql.org/docs/17/sql-createrole.html
 */
export function databaseProblems(services: Services): string[] {
  const owners = new Map<string, string>();
  return Object.entries(services).flatMap(([service, spec]) => {
    const name = databaseName(service, spec);
    if (name === undefined) return [];
    const owner = owners.get(name);
    owners.set(name, service);
    return [
      ...nameProblems(name).map((problem) => `${service}.database is named "${name}"; ${problem}`),
      ...(owner === undefined
        ? []
        : [
            `${service}.database is named "${name}", which ${owner} also uses; each service needs its own database`,
          ]),
    ];
  });
}

/** Whether a service's database can have this name. */
export function isDatabaseName(name: string): boolean {
  return nameProblems(name).length === 0;
}

function nameProblems(name: string): string[] {
  if (name.length > MAXIMUM_LENGTH || !/^[a-z][a-z0-9_]*$/.test(name)) {
    return [
      `a name must be 1 to ${MAXIMUM_LENGTH} lower-case letters, digits and _, starting with a letter`,
    ];
  }
  const prefix = PREFIXES.find((beginning) => name.startsWith(beginning));
  if (prefix !== undefined) {
    return [
      `names that start with ${prefix} are reserved for roles of PostgreSQL and RDS; choose another name`,
    ];
  }
  const reserved = [...TAKEN, ...KEYWORDS];
  return reserved.includes(name)
    ? [
        `that name is reserved, as are ${reserved.join(", ")}; set another with database: { name: "…" }`,
      ]
    : [];
}
