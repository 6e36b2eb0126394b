import type { ServiceSpec, Services } from "./spec";

/** Bytes that PostgreSQL keeps of a name; it cuts off the rest without a word. */
const MAXIMUM_LENGTH = 63;

/** Databases and roles that a cluster of ours has already. */
const TAKEN = ["platform", "postgres", "template0", "template1"];

/** What PostgreSQL takes for something else where it expects a role, even as a name in quotes. */
const KEYWORDS = [
  "current_role",
  "current_user",
  "none",
  "public",
  "session_user",
  "system_user",
  "user",
];

/** The names that begin so are those of PostgreSQL's own roles, and of RDS's. */
const PREFIXES = ["pg_", "rds"];

/** The name of a service's database and of its login role; `undefined` for a service without one. */
export function databaseName(service: string, { database }: ServiceSpec): string | undefined {
  if (!database) return undefined;
  const own = database === true ? undefined : database.name;
  return own ?? service.replaceAll("-", "_");
}

/** Which service each database belongs to. */
export function databaseOwners(services: Services): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(services).flatMap(([service, spec]): [string, string][] => {
      const name = databaseName(service, spec);
      return name === undefined ? [] : [[name, service]];
    }),
  );
}

/**
 * The names of databases that PostgreSQL would refuse or cut, and those that two services have.
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
      ...nameProblems(name).map((problem) => `${service}.database is called "${name}"; ${problem}`),
      ...(owner === undefined
        ? []
        : [
            `${service}.database is called "${name}", as that of ${owner} is; each service has its own`,
          ]),
    ];
  });
}

function nameProblems(name: string): string[] {
  if (name.length > MAXIMUM_LENGTH || !/^[a-z][a-z0-9_]*$/.test(name)) {
    return [
      `a name is 1 to ${MAXIMUM_LENGTH} lower-case letters, digits and _, starting with a letter`,
    ];
  }
  const prefix = PREFIXES.find((beginning) => name.startsWith(beginning));
  if (prefix !== undefined) {
    return [`names that begin with ${prefix} are those of PostgreSQL's and RDS's own roles`];
  }
  const reserved = [...TAKEN, ...KEYWORDS];
  return reserved.includes(name)
    ? [`that is taken, as are ${reserved.join(", ")}: give it another with database: { name: "…" }`]
    : [];
}
