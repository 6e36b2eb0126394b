import { Lb } from "@cdktf/provider-aws/lib/lb";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { Services } from "../../spec/service/spec";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { listenForHttp, listenForHttps } from "./listeners";
import type { LogBucket } from "./log-bucket";
import type { Network } from "./network";
import { type LoadBalancerRoute, createRoutes } from "./routes";

export interface LoadBalancerProps {
  readonly config: Config;
  readonly services: Services;
  readonly network: Network;
  /** Where each request is logged. @default nowhere */
  readonly accessLogs: LogBucket | undefined;
}

/**
 * The public entry: one application load balancer across all zones, with HTTPS at the environment's
 * domain, or plain HTTP if none is configured. It returns 404 for a path that no service has.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export class LoadBalancer extends Construct {
  readonly alb: Lb;
  readonly securityGroup: SecurityGroup;
  /** The routes of the public services; private services have none. */
  readonly routes: ReadonlyMap<string, LoadBalancerRoute>;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { config, services, network, accessLogs } = props;
    const { domain } = config;
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: resourceName(config, "load-balancer"),
      description: "Public entry to the platform",
      vpcId: network.vpc.id,
    });
    this.openToAnyone("HTTP", 80);
    if (domain) this.openToAnyone("HTTPS", 443);
    this.alb = new Lb(this, "alb", {
      name: resourceName(config),
      loadBalancerType: "application",
      securityGroups: [this.securityGroup.id],
      subnets: network.publicSubnets.map(({ id }) => id),
      dropInvalidHeaderFields: true,
      // Its address is in the clients of an environment without a domain.
      enableDeletionProtection: config.protected,
      lifecycle: { preventDestroy: config.protected },
      ...(accessLogs && { accessLogs: { bucket: accessLogs.bucket.bucket, enabled: true } }),
      dependsOn: [network.internet, ...(accessLogs ? [accessLogs.policy] : [])],
    });
    const listener = domain
      ? listenForHttps(this, this.alb, domain)
      : listenForHttp(this, this.alb);
    this.routes = createRoutes(this, listener, { config, services, vpcId: network.vpc.id });
  }

  private openToAnyone(protocol: "HTTP" | "HTTPS", port: number): void {
    new VpcSecurityGroupIngressRule(this, `${protocol.toLowerCase()}-from-anywhere`, {
      securityGroupId: this.securityGroup.id,
      description: `${protocol} from anywhere`,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
  }
}
