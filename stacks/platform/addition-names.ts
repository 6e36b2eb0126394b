import { TerraformResource, type TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * The attributes that AWS knows a resource by, if not `name`. Buckets of the platform have the account's
 * number in theirs, which is unknown here.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_composite_alarm: ["alarm_name"],
  aws_cloudwatch_dashboard: ["dashboard_name"],
  aws_cloudwatch_metric_alarm: ["alarm_name"],
  aws_db_instance: ["identifier"],
  aws_ecs_task_definition: ["family"],
  aws_rds_cluster: ["cluster_identifier"],
  aws_rds_cluster_instance: ["identifier"],
  // A domain has records of each type.
  aws_route53_record: ["name", "type"],
  // Their names are those of a role, a namespace or a target, or need not differ at all.
  aws_appautoscaling_policy: [],
  aws_appautoscaling_scheduled_action: [],
  aws_cognito_user_pool: [],
  aws_cognito_user_pool_client: [],
  aws_iam_role_policy: [],
  aws_service_discovery_service: [],
};

/** Types that share their names with another one. */
const ALIKE: Readonly<Record<string, string>> = {
  aws_alb: "aws_lb",
  aws_alb_target_group: "aws_lb_target_group",
  aws_cloudwatch_composite_alarm: "aws_cloudwatch_metric_alarm",
  aws_db_instance: "aws_rds_cluster_instance",
};

/**
 * Names of additions that a resource of the platform has too: AWS would refuse the second of them, or both
 * would change the same one in turn.
 */
export function takenNames(stack: TerraformStack, scope: Construct): string[] {
  const resourcesIn = (parent: Construct) =>
    parent.node.findAll().filter((each) => TerraformResource.isTerraformResource(each));
  const added = new Set(resourcesIn(scope));
  const own = resourcesIn(stack).filter((resource) => !added.has(resource));
  const takenBy = new Map(own.map((resource) => [nameOf(resource)?.key, resource]));
  return [...added].flatMap((resource) => {
    const name = nameOf(resource);
    const taken = name && takenBy.get(name.key);
    return taken
      ? [
          `the ${name.attribute} "${name.value}" of ${resource.node.path} is that of the platform's own ${taken.terraformResourceType} ${taken.node.path}; choose another`,
        ]
      : [];
  });
}

/** By what AWS knows a resource, if that is known before Terraform runs. */
function nameOf(resource: TerraformResource) {
  const type = resource.terraformResourceType;
  // cdktf gives it the type `any`.
  const { resource: types } = resource.toTerraform() as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  };
  const block = types[type]?.[resource.friendlyUniqueId];
  const [attribute, ...more] = NAMES[type] ?? ["name"];
  const value = attribute && block?.[attribute];
  if (typeof value !== "string" || Token.isUnresolved(value)) return undefined;
  const key = JSON.stringify([ALIKE[type] ?? type, value, ...more.map((each) => block?.[each])]);
  return { attribute, value, key };
}
