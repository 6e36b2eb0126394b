import { isObject, problemsOf } from "../../spec/schema";
import { permissionProblems } from "../../spec/service/permission-problems";
import type { Permission } from "../../spec/service/permissions";
import { permissions as schema } from "../../spec/service/permissions-schema";
import type { Environment } from "./permissions/environment";
import { boundaryGrants } from "./permissions/boundary";
import { POLICY_LIMIT, policyDocuments } from "./policy-documents";

/** The variable by which an administrator widens the boundaries of tasks; see docs/additions.md. */
export const TASK_PERMISSIONS = "SETUP_TASK_PERMISSIONS";

/** Whether a text is a JSON object. */
export function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/**
 * Reads what tasks of each environment may do at most, besides what the platform's own words need.
 *
 * @param text a JSON object, or empty
 * @param names the environments that are set up
 */
export function readTaskPermissions(
  text: string,
  names: readonly string[],
): { permissions: ReadonlyMap<string, readonly Permission[]>; problems: string[] } {
  // A text that is no object has been refused with the variable itself.
  const written: unknown = isJsonObject(text) ? JSON.parse(text) : {};
  const problems: string[] = [];
  const permissions = new Map<string, readonly Permission[]>();
  for (const [name, given] of Object.entries(isObject(written) ? written : {})) {
    const found = names.includes(name)
      ? problemsOf(schema, given, name)
      : [`${name} is not set up here; SETUP_ENVIRONMENTS names ${names.join(", ")}`];
    // The schema has shown that they are permissions.
    const allowed = found.length > 0 ? [] : (given as readonly Permission[]);
    problems.push(...found, ...permissionProblems(allowed).map((each) => `${name}.${each}`));
    permissions.set(name, allowed);
  }
  return { permissions, problems: problems.map((problem) => `${TASK_PERMISSIONS}: ${problem}`) };
}

/** Boundaries that are longer than IAM's limit for a policy. */
export function boundaryProblems(environments: readonly Environment[]): string[] {
  return environments
    .filter((environment) => policyDocuments(boundaryGrants(environment)).length > 1)
    .map(
      ({ github }) =>
        `${TASK_PERMISSIONS}: the boundary of ${github} would have more than IAM's ${POLICY_LIMIT} characters, with what it allows by itself and the ARNs of the catalogue's secrets; name fewer actions and ARNs, or use wildcards in them`,
    );
}
