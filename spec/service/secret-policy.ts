import type { SecretSource } from "./secrets";

/**
 * The characters of an execution role's policy that the ARNs of a service's secrets may fill. IAM allows
 * 10,240 in all, without white space; the rest is for the images, the log and the database's logins.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const POLICY_CHARACTERS = 10_240 - 2_240;

/** The characters that secrets which exist elsewhere take in the policy: each is allowed by its own ARN. */
export function policyCharacters(sources: readonly SecretSource[]): number {
  const arns = sources.flatMap((each) => ("arn" in each ? each.arn : []));
  return arns.reduce((sum, arn) => sum + arn.length + '"",'.length, 0);
}
