import { resourceName } from "../../../spec/names";
import { type Environment, arn } from "./environment";
import { type PermissionTable, allow, allowEverywhere, of } from "./grant";

/**
 * The web ACL of an environment with a `firewall`, and its association with the load balancer.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html
 */
export function webAcl(environment: Environment): PermissionTable {
  const name = resourceName(environment);
  const acl = arn(environment, "wafv2", `regional/webacl/${name}/*`);
  const balancer = arn(environment, "elasticloadbalancing", `loadbalancer/app/${name}/*`);
  return {
    aws_wafv2_web_acl: {
      read: [allow([acl], of("wafv2", "GetWebACL", "ListTagsForResource"))],
      write: [
        allow(
          [acl],
          [
            ...of("wafv2", "CreateWebACL", "UpdateWebACL", "DeleteWebACL"),
            ...of("wafv2", "TagResource", "UntagResource"),
          ],
        ),
      ],
    },
    aws_wafv2_web_acl_association: {
      read: [allow([acl, balancer], of("wafv2", "GetWebACLForResource"))],
      write: [
        allow([acl, balancer], of("wafv2", "AssociateWebACL", "DisassociateWebACL")),
        allowEverywhere(
          "Elastic Load Balancing cannot restrict it to a resource; AWS WAF checks the load balancer.",
          of("elasticloadbalancing", "SetWebAcl"),
        ),
      ],
    },
  };
}
