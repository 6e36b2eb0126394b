import type { Config } from "../../spec/config";
import { TOKENS } from "../../stacks/platform/owners";
import { Refusal } from "../terminal/refusal";
import { record } from "../terraform/terraform-events";
import { deployedDatabases } from "./moves";

/**
 * Refuses, before anything changes, another issuer where services have databases: accounts belong to the
 * `sub` of a token, which only its issuer knows to be one person.
 *
 * @param outputs the current outputs of the `platform` stack; empty before its first deployment
 * @throws Refusal with the way to do it on purpose
 */
export function requireSameCallers(
  outputs: Readonly<Record<string, unknown>>,
  { suffix, identity }: Pick<Config, "suffix" | "identity">,
): void {
  const { issuer } = record(outputs[TOKENS]);
  // The pool of an environment gives each user a `sub` that nobody chooses.
  if (identity === undefined || typeof issuer !== "string") return;
  if ([identity.issuer, identity.replaces].includes(issuer)) return;
  if (deployedDatabases(outputs).size === 0) return;
  throw new Refusal(
    `${suffix} accepts the tokens of ${issuer} so far: whoever has the same sub at ${identity.issuer} would own what its callers own. Nothing was changed.`,
    `If each sub is the same person at both, or what belongs to callers has been assigned anew (docs/identity.md), set identity: { …, replaces: "${issuer}" } for ${suffix} in environments.ts.`,
  );
}
