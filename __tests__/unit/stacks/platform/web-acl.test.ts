import { expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const limited = () =>
  synthesize(fixture, {}, { firewall: { requestsPerFiveMinutes: 2000 } }).platform;

test("an environment has no web ACL unless it asks for one", () => {
  const { platform } = synthesize(fixture);
  expect(platform.resources("aws_wafv2_web_acl")).toEqual([]);
  expect(platform.resources("aws_wafv2_web_acl_association")).toEqual([]);
});

test("a firewall answers 429 to a client address beyond its limit, and lets all else pass", () => {
  expect(limited().resources("aws_wafv2_web_acl")[0]).toMatchObject({
    name: "platform-dev",
    description: "Limits the requests of one client address",
    scope: "REGIONAL",
    default_action: { allow: {} },
    rule: [
      {
        name: "client-address",
        priority: 0,
        action: { block: { custom_response: { response_code: 429 } } },
        statement: {
          rate_based_statement: {
            limit: 2000,
            aggregate_key_type: "IP",
            evaluation_window_sec: 300,
          },
        },
      },
    ],
  });
});

test("it stands in front of the load balancer", () => {
  expect(limited().resources("aws_wafv2_web_acl_association")).toEqual([
    expect.objectContaining({
      resource_arn: expect.stringMatching(/^\$\{aws_lb\.load-balancer_alb_\w+\.arn\}$/),
      web_acl_arn: expect.stringMatching(/^\$\{aws_wafv2_web_acl\.web-acl_\w+\.arn\}$/),
    }),
  ]);
});

test("it counts requests in CloudWatch, and no sample of one keeps a caller's token", () => {
  const counts = (metric_name: string) => ({
    metric_name,
    cloudwatch_metrics_enabled: true,
    sampled_requests_enabled: false,
  });
  expect(limited().resources("aws_wafv2_web_acl")[0]).toMatchObject({
    visibility_config: counts("platform-dev"),
    rule: [{ visibility_config: counts("platform-client-address-dev") }],
  });
});
