import { TerraformResource, type TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/** The attributes that AWS knows a resource by, of which it allows one of each kind. */
const NAMES = ["name", "family", "bucket", "identifier", "cluster_identifier", "cluster_id"];

/**
 * Names of additions that a resource of the platform has too: AWS would refuse the second of them, or both
 * would change the same one in turn.
 */
export function takenNames(stack: TerraformStack, scope: Construct): string[] {
  const resourcesIn = (parent: Construct) =>
    parent.node.findAll().filter((each) => TerraformResource.isTerraformResource(each));
  const added = new Set(resourcesIn(scope));
  const own = resourcesIn(stack).filter((resource) => !added.has(resource));
  const takenBy = new Map(
    own.flatMap((resource) => namesOf(resource).map((name) => [name, resource.node.path])),
  );
  return [...added].flatMap((resource) =>
    namesOf(resource).flatMap((name) => {
      const taken = takenBy.get(name);
      const [type = "", attribute = "", value = ""] = name.split(" ");
      return taken === undefined
        ? []
        : [
            `the ${attribute} "${value}" of ${resource.node.path} is that of the platform's own ${type} ${taken}; choose another`,
          ];
    }),
  );
}

/** `aws_security_group name platform-cache-dev`, for names that are known before Terraform runs. */
function namesOf(resource: TerraformResource): string[] {
  const type = resource.terraformResourceType;
  // cdktf gives it the type `any`.
  const { resource: types } = resource.toTerraform() as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  };
  const block = types[type]?.[resource.friendlyUniqueId] ?? {};
  return NAMES.flatMap((attribute) => {
    const value = block[attribute];
    return typeof value === "string" && !Token.isUnresolved(value)
      ? [`${type} ${attribute} ${value}`]
      : [];
  });
}
