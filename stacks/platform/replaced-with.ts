import type { TerraformResource } from "cdktf";

/**
 * The lifecycle of a resource that AWS deletes along with another one, although its own arguments do not
 * change when the other is replaced under the same name. The other's id changes only with a replacement;
 * a reference to the whole resource would react to each update.
 *
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#replace_triggered_by
 */
export function replacedWith({ terraformResourceType, friendlyUniqueId }: TerraformResource) {
  return { replaceTriggeredBy: [`${terraformResourceType}.${friendlyUniqueId}.id`] };
}
