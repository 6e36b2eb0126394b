import type { TerraformResource } from "cdktf";

/**
 * The lifecycle of what AWS drops together with a resource that it deletes, although nothing in its own
 * arguments changes when the resource is replaced by one of the same name. The resource's id changes
 * with a replacement and with nothing else; a reference to all of it would count each update.
 *
 * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#replace_triggered_by
 */
export function replacedWith({ terraformResourceType, friendlyUniqueId }: TerraformResource) {
  return { replaceTriggeredBy: [`${terraformResourceType}.${friendlyUniqueId}.id`] };
}
