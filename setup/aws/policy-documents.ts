import type { Conditions, Grant } from "./permissions/grant";

/**
 * The maximum characters of a managed policy, without white space.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const POLICY_LIMIT = 6144;

interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

/**
 * Converts grants to policies, each within IAM's limit. Grants with the same resources and conditions
 * become one statement; the same grants always produce the same policies.
 */
export function policyDocuments(grants: readonly Grant[], limit = POLICY_LIMIT): string[] {
  const documents: Statement[][] = [];
  for (const statement of statements(grants)) {
    const last = documents.at(-1);
    if (last && documentOf([...last, statement]).length <= limit) last.push(statement);
    else documents.push([statement]);
  }
  return documents.map(documentOf);
}

function statements(grants: readonly Grant[]): Statement[] {
  const actionsOf = new Map<string, Set<string>>();
  for (const { actions, resources, conditions } of grants) {
    if (resources.length === 0) continue;
    const Resource = resources === "*" ? ["*"] : [...resources].sort();
    const scope = JSON.stringify({ Resource, ...(conditions && { Condition: conditions }) });
    actionsOf.set(scope, new Set([...(actionsOf.get(scope) ?? []), ...actions]));
  }
  return [...actionsOf].map(([scope, actions]) => ({
    Effect: "Allow",
    Action: [...actions].sort(),
    // Serialized above.
    ...(JSON.parse(scope) as Pick<Statement, "Resource" | "Condition">),
  }));
}

function documentOf(Statement: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
