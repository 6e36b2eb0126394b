import type { TerraformResource } from "cdktf";

/**
 * The lifecycle of a resource that AWS deletes along with others, although its own arguments do not
 * change when one of them is replaced under the same name. Their ids change only with a replacement; a
 * reference to a whole resource would react to each update.
 *
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#replace_triggered_by
 */
export function replacedWith(...others: readonly TerraformResource[]) {
  return {
    replaceTriggeredBy: others.map(
      ({ terraformResourceType, friendlyUniqueId }) =>
        `${terraformResourceType}.${friendlyUniqueId}.id`,
    ),
  };
}
