import { resourceName } from "../../spec/names";

/** A statement of an IAM policy that allows. */
export interface AllowStatement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Owner {
  readonly name: string;
  /** `dev`, or `pr-*` for all previews. */
  readonly suffix: string;
  /** @default no domain */
  readonly domain?: string;
  /** Ends of ARNs that are the environment's, or AWS's own, without its name. */
  readonly others: readonly string[];
}

/** Condition keys that hold the environment's name, and the value that binds each. */
function bindingKeys({ name, suffix, domain }: Owner): Readonly<Record<string, readonly RegExp[]>> {
  const exactly = (text: string) => new RegExp(`^${escape(text)}$`);
  const own = resourceName({ name, suffix });
  const restored = resourceName({ name, suffix }, "restoring");
  return {
    "aws:ResourceTag/Environment": [exactly(suffix)],
    "aws:RequestTag/Environment": [exactly(suffix)],
    "ecs:cluster": [new RegExp(`:cluster/${escape(own)}$`)],
    "secretsmanager:ResourceTag/aws:rds:primaryDBClusterArn": [
      new RegExp(`:cluster:${escape(own)}$`),
      new RegExp(`:cluster:${escape(restored)}$`),
    ],
    "route53:ChangeResourceRecordSetsNormalizedRecordNames": domain
      ? [new RegExp(`(^|[.])${escape(domain)}$`)]
      : [],
  };
}

/**
 * The actions of a statement that reach beyond its environment: neither do its resources have the
 * environment's name, nor does a condition hold its name or its tags. Tags in a request bind only what
 * creates: on an existing resource, they would make another environment's one's own.
 */
export function unboundActions(statement: AllowStatement, owner: Owner): string[] {
  if (isBoundByName(statement, owner)) return [];
  const keys = boundKeys(statement, owner).filter(
    // An action without a resource has no resource's tags.
    (key) => !key.startsWith("aws:ResourceTag/") || !statement.resources.includes("*"),
  );
  if (keys.some((key) => key !== REQUEST_TAG) || keys.length === 0) {
    return keys.length > 0 ? [] : [...statement.actions];
  }
  const duringCreation = "ec2:CreateAction" in (statement.conditions["StringEquals"] ?? {});
  return statement.actions.filter((action) => !duringCreation && !CREATIONS.test(action));
}

const REQUEST_TAG = "aws:RequestTag/Environment";
/** A rule of a security group is created by its authorization. */
const CREATIONS = /:(Create(?!Tags)|Allocate|Request|Authorize)/;

function isBoundByName({ resources }: AllowStatement, owner: Owner): boolean {
  // The suffix ends a word of the name: `platform-*-dev`, `platform-dev/…`, `/platform/dev/…`.
  const named = new RegExp(
    `(${escape(owner.name)}|\\*)([-/].*)?[-/]${escape(owner.suffix)}(?=$|[-/:])`,
  );
  return resources.every(
    (arn) => owner.others.some((other) => arn.endsWith(other)) || named.test(arn),
  );
}

function boundKeys({ conditions }: AllowStatement, owner: Owner): string[] {
  const binding = bindingKeys(owner);
  return Object.values(conditions).flatMap((block) =>
    Object.entries(block).flatMap(([key, value]) => {
      const values = Array.isArray(value) ? (value as unknown[]).map(String) : [String(value)];
      const patterns = binding[key];
      return patterns && values.every((each) => patterns.some((p) => p.test(each))) ? [key] : [];
    }),
  );
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
