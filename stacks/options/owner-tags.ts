import { TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Services } from "../../spec/service/spec";

/** The constructs whose children are named after services. */
const PARENTS = ["images", "services", "jobs", "routes"];

interface Taggable extends IConstruct {
  tags: Readonly<Record<string, string>>;
  readonly tagsInput?: Readonly<Record<string, string>>;
}

/**
 * Tags what belongs to a service with its owner, as `Owner`. Called once everything is declared; ECS passes
 * the tag on to the service's tasks.
 */
export function tagOwners(stack: TerraformStack, services: Services): void {
  for (const scope of stack.node.findAll()) {
    const parent = scope.node.scope?.node.id ?? "";
    const { id } = scope.node;
    const owner = PARENTS.includes(parent) && Object.hasOwn(services, id) && services[id]?.owner;
    if (owner) tag(scope, owner);
  }
}

function tag(scope: IConstruct, owner: string): void {
  for (const resource of scope.node.findAll().filter(isTaggable)) {
    resource.tags = { ...resource.tagsInput, Owner: owner };
  }
}

function isTaggable(construct: IConstruct): construct is Taggable {
  return TerraformResource.isTerraformResource(construct) && "tagsInput" in construct;
}
