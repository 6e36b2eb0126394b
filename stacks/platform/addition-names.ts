import { TerraformResource, type TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * The attribute that AWS knows a resource by, if not `name`. Buckets of the platform have the account's
 * number in theirs, which is unknown here.
 */
const NAMES: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: "dashboard_name",
  aws_cloudwatch_metric_alarm: "alarm_name",
  aws_ecs_task_definition: "family",
  aws_rds_cluster: "cluster_identifier",
  aws_rds_cluster_instance: "identifier",
};

/** What may have the name of another: each role has policies of its own, and a domain records of each type. */
const SHARED = ["aws_iam_role_policy", "aws_route53_record"];

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

/** `aws_security_group name platform-cache-dev`, if the name is known before Terraform runs. */
function namesOf(resource: TerraformResource): string[] {
  const type = resource.terraformResourceType;
  // cdktf gives it the type `any`.
  const { resource: types } = resource.toTerraform() as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  };
  const attribute = NAMES[type] ?? "name";
  const value = types[type]?.[resource.friendlyUniqueId]?.[attribute];
  const isKnown = typeof value === "string" && !Token.isUnresolved(value);
  return isKnown && !SHARED.includes(type) ? [`${type} ${attribute} ${value}`] : [];
}
