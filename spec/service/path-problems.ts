import { MAXIMUM_PATH_DEPTH, pathDepth } from "../listener-priorities";
import type { Services } from "./spec";

/** The service of each public path. */
export function pathOwners(services: Services): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { path }]) =>
      path === undefined ? [] : [[path, service]],
    ),
  );
}

/** Public paths that a listener rule cannot match, and those that two services share. */
export function pathProblems(services: Services): string[] {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const [name, spec] of Object.entries(services)) {
    if (spec.path === undefined) continue;
    if (!isPublicPath(spec.path)) {
      problems.push(
        `${name}.path is "${spec.path}"; it must be "/" or up to ${MAXIMUM_PATH_DEPTH} segments of letters, digits and -._~, such as "/orders"`,
      );
    }
    const owner = owners.get(spec.path);
    if (owner !== undefined) problems.push(`${name}.path "${spec.path}" is also used by ${owner}`);
    owners.set(spec.path, name);
  }
  return problems;
}

/** Listener rules match at most 128 characters, including the two of `/*`. */
function isPublicPath(path: string): boolean {
  if (path === "/") return true;
  return (
    /^(\/[A-Za-z0-9._~-]+)+$/.test(path) &&
    pathDepth(path) <= MAXIMUM_PATH_DEPTH &&
    path.length <= 126
  );
}
