import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import {
  LbListenerRule,
  type LbListenerRuleCondition,
} from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import { deregistrationSeconds } from "../../spec/limits";
import { limitsOf } from "../../spec/service/limits";
import { healthCheckOf, httpServices, publicPaths } from "../../spec/service/kinds";
import type { HttpService, Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { targetGroupName } from "../../spec/names";
import { listenerPriorities } from "../../spec/listener-priorities";

export interface RoutesProps {
  readonly config: Config;
  readonly services: Services;
  readonly vpcId: string;
}

/** A public service's place behind the load balancer. */
export interface LoadBalancerRoute {
  readonly targetGroup: LbTargetGroup;
  /** Must exist before the ECS service may use the target group. */
  readonly rule: LbListenerRule;
}

/**
 * Routes each public path, of the domain if there is one, to its service. Terraform identifies a rule by
 * its priority, which AWS allows once per listener. So whenever names and paths change, a remaining rule
 * changes in place, and no new rule needs the priority of one that is not deleted yet.
 */
export function createRoutes(
  parent: Construct,
  listener: Pick<LbListener, "arn">,
  props: RoutesProps,
): ReadonlyMap<string, LoadBalancerRoute> {
  const { config, services } = props;
  const targetGroups = new Construct(parent, "routes");
  const rules = new Construct(parent, "rules");
  const priorities = listenerPriorities(publicPaths(services));
  const routes = new Map<string, LoadBalancerRoute>();
  for (const [service, spec] of httpServices(services)) {
    const priority = spec.path && priorities.get(spec.path);
    if (!spec.path || !priority) continue;
    const scope = new Construct(targetGroups, service);
    const targetGroup = createTargetGroup(scope, service, spec, props);
    const rule = new LbListenerRule(rules, String(priority), {
      listenerArn: listener.arn,
      priority,
      action: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      condition: conditions(spec.path, config),
      // HTTP keeps serving until the HTTPS rule exists.
      ...(config.domain && { lifecycle: { createBeforeDestroy: true } }),
    });
    routes.set(service, { targetGroup, rule });
  }
  return routes;
}

/** The target group of a service's tasks; only healthy ones get requests. */
function createTargetGroup(
  scope: Construct,
  service: string,
  spec: HttpService,
  { config, vpcId }: RoutesProps,
): LbTargetGroup {
  return new LbTargetGroup(scope, "target-group", {
    name: targetGroupName(config, service),
    // Never used: ECS registers each task with its own port. A service can thus change its port without
    // a new target group, which would lack the tasks of a rolled-back release.
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId,
    // Requests end within seconds; AWS's default of 300 s would delay each deployment.
    deregistrationDelay: String(deregistrationSeconds(limitsOf(spec).stopSeconds)),
    healthCheck: {
      path: healthCheckOf(spec).path,
      matcher: "200",
      interval: 5,
      timeout: 4,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    // AWS refuses to delete a group that a rule uses, so the rule must switch first.
    lifecycle: { createBeforeDestroy: true },
  });
}

/** `/orders` matches the path itself and everything below it, but not `/orders-old`. */
function conditions(path: string, { domain }: Config): LbListenerRuleCondition[] {
  const values = path === "/" ? ["/*"] : [path, `${path}/*`];
  const byPath = { pathPattern: { values } };
  return domain ? [{ hostHeader: { values: [domain.name] } }, byPath] : [byPath];
}
