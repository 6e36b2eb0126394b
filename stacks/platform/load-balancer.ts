import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { STOP_SECONDS } from "../../limits";
import { type ServiceSpec, type Services, publicPaths } from "../../services/spec";
import type { Config } from "../config";
import { resourceName, targetGroupName } from "../names";
import { listenerPriorities } from "./listener-priorities";
import type { Network } from "./network";

export interface LoadBalancerProps {
  readonly config: Config;
  readonly services: Services;
  readonly network: Network;
}

/** A public service's place behind the load balancer. */
export interface LoadBalancerRoute {
  readonly targetGroup: LbTargetGroup;
  /** Exists before the ECS service may use the target group. */
  readonly rule: LbListenerRule;
}

/**
 * The public entry: one application load balancer over all zones. It answers 404 for a path that no
 * service has.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export class LoadBalancer extends Construct {
  readonly alb: Lb;
  readonly securityGroup: SecurityGroup;
  /** Of the public services; the others have none. */
  readonly routes: ReadonlyMap<string, LoadBalancerRoute>;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { config, network } = props;
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: resourceName(config, "load-balancer"),
      description: "Public entry to the platform",
      vpcId: network.vpc.id,
    });
    new VpcSecurityGroupIngressRule(this, "http-from-anywhere", {
      securityGroupId: this.securityGroup.id,
      description: "HTTP from anywhere",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 80,
      toPort: 80,
    });
    this.alb = new Lb(this, "alb", {
      name: resourceName(config),
      loadBalancerType: "application",
      securityGroups: [this.securityGroup.id],
      subnets: network.publicSubnets.map(({ id }) => id),
      dropInvalidHeaderFields: true,
      dependsOn: [network.internet],
    });
    this.routes = this.publish(this.listen(), props);
  }

  private listen(): LbListener {
    return new LbListener(this, "http", {
      loadBalancerArn: this.alb.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [
        {
          type: "fixed-response",
          fixedResponse: {
            contentType: "application/json",
            messageBody: JSON.stringify({ status: 404, title: "No service has this path" }),
            statusCode: "404",
          },
        },
      ],
    });
  }

  private publish(
    listener: LbListener,
    props: LoadBalancerProps,
  ): ReadonlyMap<string, LoadBalancerRoute> {
    const { services } = props;
    const priorities = listenerPriorities(publicPaths(services));
    const routes = new Map<string, LoadBalancerRoute>();
    const parent = new Construct(this, "routes");
    for (const [service, spec] of Object.entries(services)) {
      const priority = spec.path && priorities.get(spec.path);
      if (!spec.path || !priority) continue;
      const scope = new Construct(parent, service);
      const targetGroup = createTargetGroup(scope, service, spec, props);
      const rule = new LbListenerRule(scope, "rule", {
        listenerArn: listener.arn,
        priority,
        action: [{ type: "forward", targetGroupArn: targetGroup.arn }],
        condition: [{ pathPattern: { values: pathPatterns(spec.path) } }],
      });
      routes.set(service, { targetGroup, rule });
    }
    return routes;
  }
}

/** Where the tasks of a service are found; only healthy ones get requests. */
function createTargetGroup(
  scope: Construct,
  service: string,
  { health }: ServiceSpec,
  { config, network }: LoadBalancerProps,
): LbTargetGroup {
  return new LbTargetGroup(scope, "target-group", {
    name: targetGroupName(config, service),
    // Never used: ECS registers each task with its own port. So a service can change its port
    // without another target group, which the tasks of a rolled-back release would not be in.
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: network.vpc.id,
    // Requests end within seconds; AWS's default of 300 s would hold up each deployment.
    deregistrationDelay: String(STOP_SECONDS),
    healthCheck: {
      path: health.path,
      matcher: "200",
      interval: 5,
      timeout: 4,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    lifecycle: { createBeforeDestroy: true },
  });
}

/** `/orders` is the path itself and all below it, but not `/orders-old`. */
function pathPatterns(path: string): string[] {
  return path === "/" ? ["/*"] : [path, `${path}/*`];
}
