import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { Firewall } from "../../spec/environment/firewall";
import { resourceName } from "../../spec/names";

/** The window in which AWS WAF counts the requests of an address. */
const WINDOW_SECONDS = 300;

/**
 * AWS WAF in front of the load balancer: it limits the requests of one client address. It has none of
 * AWS's managed rules: those inspect the first 8 KB of a body, block requests that a service accepts, and
 * cost by the request; the services check their requests themselves.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
 */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, config: Config, firewall: Firewall, alb: Lb) {
    super(scope, id);
    const acl = new Wafv2WebAcl(this, "acl", {
      name: resourceName(config),
      description: "Limits the requests of one client address",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rule: [
        {
          name: "client-address",
          priority: 0,
          // As the services answer a caller beyond its limit; AWS WAF's default is 403.
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rate_based_statement: {
              aggregate_key_type: "IP",
              limit: firewall.requestsPerFiveMinutes,
              evaluation_window_sec: WINDOW_SECONDS,
            },
          },
          visibilityConfig: visibility(resourceName(config, "client-address")),
        },
      ],
      visibilityConfig: visibility(resourceName(config)),
    });
    new Wafv2WebAclAssociation(this, "association", {
      resourceArn: alb.arn,
      webAclArn: acl.arn,
    });
  }
}

/** Counts in CloudWatch, without samples: those show the headers of requests, and so callers' tokens. */
function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
