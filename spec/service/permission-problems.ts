import { type Arn, isEverything, isUnknown, isWildcard, readArn } from "./arn";
import { type GivenPermission, PERMISSION_CHARACTERS, charactersOf } from "./permissions";

/** A service by its prefix, and an action with wildcards in its own name at most. */
const ACTION = /^[a-z][a-z0-9-]*:[A-Za-z0-9*?]+$/;

/**
 * Services whose actions change what anybody may do in the account: whoever breaks into a task could
 * make themselves an administrator, with a role, a user, an account or a sign-in.
 */
const OF_ADMINISTRATORS = [
  "iam",
  "organizations",
  "account",
  "sso",
  "sso-directory",
  "identitystore",
];

/** A statement that allows one of these lets the task act as somebody else. */
const ASSUMES = /^sts:(assume|tag|set|getfederation)/i;

/**
 * What is wrong with the permissions of a service. None of them may be used while there is a problem.
 *
 * @param others that the service has too
 */
export function permissionProblems(
  permissions: readonly GivenPermission[] = [],
  others: readonly GivenPermission[] = [],
): string[] {
  const characters = charactersOf([...others, ...permissions]);
  return [
    ...permissions.flatMap((permission, index) => [
      ...statementProblems(permission).map((problem) => `permissions.${index}.${problem}`),
      ...(isIn(permission, [...others, ...permissions.slice(0, index)])
        ? [`permissions.${index} is there twice; remove one of them`]
        : []),
    ]),
    ...(characters > PERMISSION_CHARACTERS
      ? [
          `permissions have ${characters} characters as a policy; AWS allows 10,240 for a role, of which they may take ${PERMISSION_CHARACTERS}; name fewer actions and ARNs, or use wildcards in them`,
        ]
      : []),
  ];
}

function statementProblems({ actions, resources }: GivenPermission): string[] {
  const arns = resources.flatMap((text) => readArn(text) ?? []);
  const malformed = resources.filter((text) => text !== "*" && !isUnknown(text) && !readArn(text));
  return [
    ...malformed.map(
      (text) =>
        `resources names ${JSON.stringify(text)}; it must be "*" or an ARN with a partition and a service, arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, where * may stand for the region, for the account (else 12 digits) and in the resource`,
    ),
    ...actions.flatMap((action) => actionProblems(action, resources, arns)),
  ];
}

function actionProblems(
  action: string,
  resources: readonly string[],
  arns: readonly Arn[],
): string[] {
  const named = `actions names ${JSON.stringify(action)}`;
  if (!ACTION.test(action)) {
    return [
      `${named}; it must be a service and one of its actions, such as ses:SendEmail; a wildcard may be in the action, but not in place of the service`,
    ];
  }
  const [service = "", name = ""] = action.split(":");
  if (OF_ADMINISTRATORS.includes(service)) {
    return [
      `${named}, but no task may have an action of ${OF_ADMINISTRATORS.join(", ")}: with it, whoever breaks into the task could become an administrator`,
    ];
  }
  const everything = resources.find(isEverything);
  if (everything !== undefined && isWildcard(action)) {
    return [
      `${named} on ${JSON.stringify(everything)}, which means everything; name the actions in full, or the resources`,
    ];
  }
  if (service === "sts" && (isWildcard(name) || ASSUMES.test(action))) {
    return isWildcard(name) || everything !== undefined || !arns.every(isOneRole)
      ? [
          `${named} on ${resources.map((each) => JSON.stringify(each)).join(", ")}; a task may only assume roles that are named in full: sts:AssumeRole on arn:aws:iam::123456789012:role/NAME`,
        ]
      : [];
  }
  return [];
}

/** A role whose account and name have no wildcard. */
function isOneRole({ service, account, resource }: Arn): boolean {
  return (
    service === "iam" && !isWildcard(account) && /^role\/./.test(resource) && !isWildcard(resource)
  );
}

function isIn(
  { actions, resources }: GivenPermission,
  others: readonly GivenPermission[],
): boolean {
  const text = JSON.stringify([actions, resources]);
  return others.some((each) => JSON.stringify([each.actions, each.resources]) === text);
}

/**
 * The ARNs of a partition that the environment's region does not have: IAM refuses the whole policy.
 */
export function partitionProblems(
  permissions: readonly GivenPermission[] = [],
  region: string,
  partition: string,
): string[] {
  const others = permissions.flatMap(({ resources }) =>
    resources.filter((text) => (readArn(text)?.partition ?? partition) !== partition),
  );
  return others.map(
    (text) =>
      `permissions names ${JSON.stringify(text)}, but ${region} is in the partition ${partition}; write arn:${partition}:…`,
  );
}
