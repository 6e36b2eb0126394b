import { parsePolicy } from "./policy-text";
import {
  type Block,
  type Resource,
  type Stack,
  blocks,
  dataSourcesOf,
  record,
  refersTo,
  resourcesOf,
  strings,
} from "./stack";

/** One statement of an IAM policy, of a role, a resource or a trust. */
export interface Statement {
  readonly stack: string;
  /** The block that contains it. */
  readonly address: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly conditions: readonly Condition[];
  /** Whether it excludes (`NotAction`, `NotResource`, `NotPrincipal`) and thereby covers all else. */
  readonly excludes: boolean;
  /** The types of the resources that carry the policy. */
  readonly carriers: readonly string[];
}

/** One comparison: a statement counts only if all of its conditions hold. */
export interface Condition {
  /** `StringEquals`, `ForAnyValue:ArnLike`. */
  readonly operator: string;
  /** In small letters, because AWS compares it so: `aws:securetransport`. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A policy whose text no program can read before Terraform evaluates it. */
export interface Unreadable {
  readonly stack: string;
  readonly address: string;
}

/** Every statement in the stacks: of `aws_iam_policy_document`s and of policies written as text. */
export function statementsOf(stacks: readonly Stack[]): {
  statements: Statement[];
  unreadable: Unreadable[];
} {
  const all = resourcesOf(stacks);
  const documents = dataSourcesOf(stacks, "aws_iam_policy_document").flatMap((document) =>
    blocks(document.block["statement"]).map((statement) =>
      fromDocument(statement, document, carriersOf(document, all)),
    ),
  );
  const texts = all.flatMap((resource) =>
    policyTexts(resource.block).map((text) => ({ resource, text })),
  );
  const read = texts.map(({ resource, text }) => ({ resource, policy: parsePolicy(text) }));
  return {
    statements: [
      ...documents,
      ...read.flatMap(({ resource, policy }) =>
        blocks(record(policy)["Statement"]).map((statement) => fromText(statement, resource)),
      ),
    ],
    unreadable: read
      .filter(({ policy }) => policy === undefined)
      .map(({ resource: { stack, address } }) => ({ stack, address })),
  };
}

/** The attributes, nested ones included, that are the text of a policy. */
function policyTexts(value: unknown): string[] {
  if (typeof value === "string") {
    return /["\\]Statement\\?"/.test(value) && /["\\]Effect\\?"/.test(value) ? [value] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(policyTexts);
}

function carriersOf(document: Resource, all: readonly Resource[]): string[] {
  return all.filter(({ block }) => refersTo(block, document)).map(({ type }) => type);
}

function fromDocument(
  statement: Block,
  { stack, address }: Resource,
  carriers: readonly string[],
): Statement {
  const principals = blocks(statement["principals"]);
  return {
    stack,
    address,
    carriers,
    allows: (statement["effect"] ?? "Allow") === "Allow",
    actions: strings(statement["actions"]),
    resources: strings(statement["resources"]),
    principals: principals.flatMap(({ identifiers }) => strings(identifiers)),
    conditions: blocks(statement["condition"]).map(({ test, variable, values }) => ({
      operator: String(test),
      key: String(variable).toLowerCase(),
      values: strings(values),
    })),
    excludes: ["not_actions", "not_resources", "not_principals"].some((key) => key in statement),
  };
}

function fromText(statement: Block, { stack, address, type }: Resource): Statement {
  const principal = statement["Principal"];
  return {
    stack,
    address,
    carriers: [type],
    allows: statement["Effect"] === "Allow",
    actions: strings(statement["Action"]),
    resources: strings(statement["Resource"]),
    principals:
      typeof principal === "string"
        ? [principal]
        : Object.values(record(principal)).flatMap(strings),
    conditions: Object.entries(record(statement["Condition"])).flatMap(([operator, compared]) =>
      Object.entries(record(compared)).map(([key, values]) => ({
        operator,
        key: key.toLowerCase(),
        values: strings(values),
      })),
    ),
    excludes: ["NotAction", "NotResource", "NotPrincipal"].some((key) => key in statement),
  };
}
