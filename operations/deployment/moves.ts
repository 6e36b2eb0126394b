import { databaseOwners } from "../../spec/service/database-name";
import { pathOwners } from "../../spec/service/path-problems";
import type { Services } from "../../spec/service/spec";
import { DATABASES, PATHS } from "../../stacks/platform/owners";
import { record } from "../terraform/terraform-events";

/**
 * What a deployment does to paths and databases that the names of resources do not show: a service
 * with another name is a new one to AWS, with a database and a target group of its own.
 *
 * @param outputs what the `platform` stack gives out now; nothing before its first deployment
 */
export function moves(outputs: Readonly<Record<string, unknown>>, services: Services): string[] {
  return [
    ...databaseMoves(owners(outputs[DATABASES]), databaseOwners(services), services),
    ...pathMoves(owners(outputs[PATHS]), new Map(Object.entries(pathOwners(services)))),
  ];
}

type Owners = ReadonlyMap<string, string>;

function databaseMoves(before: Owners, after: Owners, services: Services): string[] {
  const left = [...before].filter(([database]) => !after.has(database));
  if (left.length === 0) return [];
  const empty = [...after].filter(([database]) => !before.has(database));
  return [
    ...left.map(([database, service]) => {
      const who = service in services ? `${service} no longer uses it` : `${service} goes`;
      return `The database ${database} stays on Aurora with its data, and no service uses it: ${who}. The service that is to have it gets it with database: { name: "${database}" }.`;
    }),
    ...empty.map(
      ([database, service]) =>
        `${service} starts with the database ${database}, which is empty unless Aurora has one of that name.`,
    ),
  ];
}

/** A service that was public has healthy tasks behind the load balancer; another one has none yet. */
function pathMoves(before: Owners, after: Owners): string[] {
  const published = new Set(before.values());
  return [...after].flatMap(([path, service]) => {
    const owner = before.get(path);
    if (owner === undefined || owner === service) return [];
    return published.has(service)
      ? [`${path} moves from ${owner} to ${service}.`]
      : [
          `${path} moves from ${owner} to ${service}, which answers 503 there until its tasks are healthy. docs/renaming.md does it without.`,
        ];
  });
}

function owners(output: unknown): Owners {
  return new Map(Object.entries(record(output)).map(([name, owner]) => [name, String(owner)]));
}
