/**
 * Actions on resources that the tasks of a service may do on AWS, besides those that follow from its other
 * words: `{ actions: ["ses:SendEmail"], resources: ["arn:aws:ses:eu-west-1:123456789012:identity/acme.com"] }`.
 *
 * A statement of the task role's policy. The permissions boundary of the environment's roles, where there
 * is one, bounds it: what is not in both is denied. See docs/additions.md.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface Permission {
  /** `ses:SendEmail`; wildcards are allowed in the action, where `resources` name some. At least one. */
  readonly actions: readonly Action[];
  /**
   * ARNs, or `"*"` for actions that AWS cannot restrict to resources. At least one. The region and the
   * account may be `*`, as an entry of the catalogue is the same in all environments.
   */
  readonly resources: readonly Resource[];
}

/** `ses:SendEmail` */
type Action = `${string}:${string}`;

type Resource = "*" | `arn:${string}`;

/** A permission whose ARNs are known only to Terraform: each is a text with a token. */
export interface GivenPermission {
  readonly actions: readonly Action[];
  readonly resources: readonly string[];
}

/**
 * The characters of a role's inline policies, without white space, that permissions may take. AWS allows
 * 10,240 in all; the rest is for the statements that follow from the other words of a service.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const PERMISSION_CHARACTERS = 10_240 - 4_096;

/** Longer than the ARNs that AWS gives, which no program can count before Terraform knows them. */
const UNKNOWN_ARN = "-".repeat(160);

/** The characters of these permissions in a policy. */
export function charactersOf(permissions: readonly GivenPermission[]): number {
  const statements = permissions.map(({ actions, resources }, index) => ({
    Sid: `Permission${index}`,
    Effect: "Allow",
    Action: actions,
    Resource: resources.map((each) => each.replace(/\$\{TfToken\[[^\]]*\]\}/g, UNKNOWN_ARN)),
  }));
  return JSON.stringify(statements).length;
}
