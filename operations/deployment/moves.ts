import { databaseOwners } from "../../spec/service/database-name";
import { pathOwners } from "../../spec/service/path-problems";
import type { Services } from "../../spec/service/spec";
import { DATABASES, PATHS } from "../../stacks/platform/owners";
import { record } from "../terraform/terraform-events";
import { lostBuckets, lostQueues } from "./lost-stores";

/**
 * The changes to paths and databases that resource names do not show: to AWS, a renamed service is a
 * new one with its own database and target group. And the queues and buckets that go with what is in them.
 *
 * @param outputs the current outputs of the `platform` stack; empty before its first deployment
 */
export function moves(outputs: Readonly<Record<string, unknown>>, services: Services): string[] {
  return [
    ...databaseMoves(deployedDatabases(outputs), databaseOwners(services), services),
    ...storeMoves(outputs, services),
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
      const who = service in services ? `${service} no longer uses it` : `${service} is removed`;
      return `The database ${database} stays on Aurora with its data, but no service uses it: ${who}. To give it to a service, set database: { name: "${database}" } there.`;
    }),
    ...empty.map(
      ([database, service]) =>
        `${service} starts with the database ${database}, which is empty unless Aurora already has one of that name.`,
    ),
  ];
}

function storeMoves(outputs: Readonly<Record<string, unknown>>, services: Services): string[] {
  return [
    ...lostQueues(outputs, services).map(
      ({ name }) =>
        `The queue ${name} is deleted with every message in it and in its dead letters: no service receives it any more.`,
    ),
    ...lostBuckets(outputs, services).map(
      ({ name, bucket }) =>
        `The bucket ${name} (${bucket}) is deleted with every object in it: no service stores in it any more.`,
    ),
  ];
}

/** A service that was public has healthy tasks behind the load balancer; others have none yet. */
function pathMoves(before: Owners, after: Owners): string[] {
  const published = new Set(before.values());
  return [...after].flatMap(([path, service]) => {
    const owner = before.get(path);
    if (owner === undefined || owner === service) return [];
    return published.has(service)
      ? [`${path} moves from ${owner} to ${service}.`]
      : [
          `${path} moves from ${owner} to ${service}, which answers 503 there until its tasks are healthy. To avoid that, see docs/renaming.md.`,
        ];
  });
}

/** The service of each database, by the outputs of the `platform` stack. */
export function deployedDatabases(outputs: Readonly<Record<string, unknown>>): Owners {
  return owners(outputs[DATABASES]);
}

function owners(output: unknown): Owners {
  return new Map(Object.entries(record(output)).map(([name, owner]) => [name, String(owner)]));
}
