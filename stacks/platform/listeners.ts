import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener, type LbListenerDefaultAction } from "@cdktf/provider-aws/lib/lb-listener";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Construct } from "constructs";
import type { Domain } from "../../spec/environment/domain";
import { Certificate } from "./certificate";

/**
 * TLS 1.3 and, for clients without it, 1.2 with forward secrecy; AWS's recommendation.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** After one visit a browser uses only HTTPS for a year; other host names are not affected. */
const STRICT_TRANSPORT_SECURITY = "max-age=31536000";

const NOT_FOUND: LbListenerDefaultAction = {
  type: "fixed-response",
  fixedResponse: {
    contentType: "application/json",
    messageBody: JSON.stringify({ status: 404, title: "No service has this path" }),
    statusCode: "404",
  },
};

/** Plain HTTP at the load balancer's own address, for an environment without a domain. */
export function listenForHttp(scope: Construct, alb: Lb): LbListener {
  return new LbListener(scope, "http", {
    loadBalancerArn: alb.arn,
    port: 80,
    protocol: "HTTP",
    defaultAction: [NOT_FOUND],
  });
}

/**
 * HTTPS at the domain, the redirect from plain HTTP, and the domain's address in its hosted zone. Each
 * waits for the previous one, so that no client is sent to an address without a listener.
 *
 * @returns the HTTPS listener
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
 */
export function listenForHttps(scope: Construct, alb: Lb, domain: Domain): LbListener {
  const zone = new DataAwsRoute53Zone(scope, "hosted-zone", {
    name: domain.hostedZone,
    privateZone: false,
  });
  const certificate = new Certificate(scope, "certificate", domain.name, zone.zoneId);
  const https = new LbListener(scope, "https", {
    loadBalancerArn: alb.arn,
    port: 443,
    protocol: "HTTPS",
    sslPolicy: TLS_POLICY,
    certificateArn: certificate.arn,
    routingHttpResponseStrictTransportSecurityHeaderValue: STRICT_TRANSPORT_SECURITY,
    defaultAction: [NOT_FOUND],
  });
  new LbListener(scope, "http", {
    loadBalancerArn: alb.arn,
    port: 80,
    protocol: "HTTP",
    defaultAction: [
      {
        type: "redirect",
        // Also from the load balancer's own name, which the certificate does not cover.
        redirect: { protocol: "HTTPS", host: domain.name, port: "443", statusCode: "HTTP_301" },
      },
    ],
    dependsOn: [https],
  });
  // The load balancer has only IPv4 addresses, so there is no AAAA record.
  new Route53Record(scope, "address", {
    zoneId: zone.zoneId,
    name: domain.name,
    type: "A",
    alias: { name: alb.dnsName, zoneId: alb.zoneId, evaluateTargetHealth: false },
    // When the name changes, the old record stays until the new one exists.
    lifecycle: { createBeforeDestroy: true },
    dependsOn: [https],
  });
  return https;
}
