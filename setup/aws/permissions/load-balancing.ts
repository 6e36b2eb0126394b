import { resourceName, targetGroupPattern } from "../../../spec/names";
import { type Environment, arn, claims, isOwn, staysOwn } from "./environment";
import { type Grant, type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { serviceLinkedRole } from "./task-roles";

const SERVICE = "elasticloadbalancing";
const DESCRIBES = "Elastic Load Balancing's Describe actions cannot be restricted to a resource.";

/**
 * The load balancer, its listeners, rules and target groups.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export function loadBalancing(environment: Environment): PermissionTable {
  const name = resourceName(environment);
  const balancer = arn(environment, SERVICE, `loadbalancer/app/${name}/*`);
  const listener = arn(environment, SERVICE, `listener/app/${name}/*`);
  const rule = arn(environment, SERVICE, `listener-rule/app/${name}/*`);
  const group = arn(environment, SERVICE, `targetgroup/${targetGroupPattern(environment)}/*`);
  const read = (...actions: string[]): Grant =>
    allowEverywhere(DESCRIBES, of(SERVICE, "DescribeTags", ...actions));
  const tag = of(SERVICE, "AddTags", "RemoveTags");
  return {
    aws_lb: {
      read: [
        read("DescribeLoadBalancers", "DescribeLoadBalancerAttributes"),
        read("DescribeCapacityReservation"),
      ],
      write: [
        allow(
          [balancer],
          [
            ...of(SERVICE, "CreateLoadBalancer", "DeleteLoadBalancer"),
            ...of(SERVICE, "ModifyLoadBalancerAttributes", "SetSecurityGroups", "SetSubnets"),
            ...of(SERVICE, "SetIpAddressType", "ModifyCapacityReservation"),
            ...tag,
          ],
        ),
        // AWS checks these when creating a load balancer; Terraform waits for them on deletion.
        allowEverywhere("EC2's Describe actions cannot be restricted to a resource.", [
          ...of("ec2", "DescribeAccountAttributes", "DescribeInternetGateways"),
          ...of("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
          ...of("ec2", "DescribeNetworkInterfaces"),
        ]),
        serviceLinkedRole(environment, "elasticloadbalancing.amazonaws.com"),
      ],
    },
    aws_lb_listener: {
      read: [read("DescribeListeners", "DescribeListenerAttributes")],
      write: [
        allow([balancer], of(SERVICE, "CreateListener")),
        allow(
          [listener],
          [...of(SERVICE, "ModifyListener", "ModifyListenerAttributes", "DeleteListener"), ...tag],
        ),
      ],
    },
    aws_lb_listener_rule: {
      read: [read("DescribeRules")],
      write: [
        allow([listener], of(SERVICE, "CreateRule")),
        allow([rule], [...of(SERVICE, "ModifyRule", "SetRulePriorities", "DeleteRule"), ...tag]),
      ],
    },
    aws_lb_target_group: {
      read: [read("DescribeTargetGroups", "DescribeTargetGroupAttributes")],
      // Their names start with the service's, so only the tags identify the environment.
      write: [
        allow([group], of(SERVICE, "CreateTargetGroup", "AddTags"), claims(environment)),
        allow(
          [group],
          [...of(SERVICE, "ModifyTargetGroup", "ModifyTargetGroupAttributes", "DeleteTargetGroup")],
          isOwn(environment),
        ),
        allow([group], tag, staysOwn(environment)),
      ],
    },
  };
}
