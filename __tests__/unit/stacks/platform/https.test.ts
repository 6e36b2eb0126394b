import { describe, expect, test } from "vitest";
import { CERTIFICATE_MINUTES } from "../../../../spec/limits";
import { fixture } from "../../../support/services";
import { type Block, type SynthesizedStack, synthesize } from "../../../support/synth";

const domain = { name: "dev.example.com", hostedZone: "example.com" };
const withDomain = () => synthesize(fixture, {}, { domain }).platform;
const withoutDomain = () => synthesize(fixture).platform;

const HTTPS = "${aws_lb_listener.load-balancer_https_";
const NOT_FOUND = {
  type: "fixed-response",
  fixed_response: { content_type: "application/json", status_code: "404" },
};

function listener(port: number, stack: SynthesizedStack = withDomain()): Block | undefined {
  return stack.resources("aws_lb_listener").find((block) => block["port"] === port);
}

function only(type: string): Block {
  const [block, ...others] = withDomain().resources(type);
  if (!block || others.length > 0) throw new Error(`there must be one ${type}`);
  return block;
}

function record(type: string): Block | undefined {
  return withDomain()
    .resources("aws_route53_record")
    .find((block) => block["type"] === type);
}

describe("with a domain", () => {
  test("HTTPS uses TLS 1.3 and 1.2, sets HSTS, and answers 404 for an unknown path or host", () => {
    expect(listener(443)).toMatchObject({
      protocol: "HTTPS",
      ssl_policy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2-/),
      routing_http_response_strict_transport_security_header_value: "max-age=31536000",
      default_action: [NOT_FOUND],
    });
  });

  test("plain HTTP only redirects, permanently, to the domain, and only once HTTPS answers", () => {
    expect(listener(80)).toMatchObject({
      protocol: "HTTP",
      default_action: [
        {
          type: "redirect",
          redirect: {
            protocol: "HTTPS",
            host: "dev.example.com",
            port: "443",
            status_code: "HTTP_301",
          },
        },
      ],
      depends_on: [expect.stringMatching(/^aws_lb_listener\.load-balancer_https_/)],
    });
    for (const rule of withDomain().resources("aws_lb_listener_rule")) {
      expect(rule["listener_arn"]).toContain(HTTPS);
    }
  });

  test("a request for another host reaches no service", () => {
    const rules = withDomain().resources("aws_lb_listener_rule");
    expect(rules).toHaveLength(2);
    for (const { condition } of rules) {
      expect(condition).toHaveLength(2);
      expect(condition).toContainEqual({ host_header: { values: ["dev.example.com"] } });
    }
  });

  test("the certificate is validated before the listener uses it, within a time limit", () => {
    expect(listener(443)?.["certificate_arn"]).toContain("${aws_acm_certificate_validation.");
    expect(only("aws_acm_certificate_validation")).toMatchObject({
      certificate_arn: expect.stringContaining("${aws_acm_certificate."),
      validation_record_fqdns: [expect.stringContaining("${aws_route53_record.")],
      timeouts: { create: `${CERTIFICATE_MINUTES}m` },
    });
  });

  test("the certificate covers only the domain, and its validation record is where ACM looks for it", () => {
    expect(only("aws_acm_certificate")).toMatchObject({
      domain_name: "dev.example.com",
      validation_method: "DNS",
    });
    const [proof] = withDomain()
      .resources("aws_route53_record")
      .filter(({ type }) => type !== "A");
    const option = "domain_validation_options).0.resource_record_";
    expect(proof).toMatchObject({
      name: expect.stringContaining(`${option}name`),
      type: expect.stringContaining(`${option}type`),
      records: [expect.stringContaining(`${option}value`)],
      zone_id: expect.stringContaining("${data.aws_route53_zone."),
      // ACM gives the same record to every certificate of an account for this name.
      allow_overwrite: true,
    });
  });

  test("the domain points to the load balancer once HTTPS answers, and overwrites no existing record", () => {
    expect(withDomain().dataSources("aws_route53_zone")).toEqual([
      expect.objectContaining({ name: "example.com", private_zone: false }),
    ]);
    const address = record("A");
    expect(address).toMatchObject({
      name: "dev.example.com",
      // It is the only one, so that there is nothing to answer instead while it is unhealthy.
      alias: {
        name: expect.stringContaining("${aws_lb.load-balancer_alb_"),
        evaluate_target_health: false,
      },
      depends_on: [expect.stringMatching(/^aws_lb_listener\.load-balancer_https_/)],
    });
    expect(address).not.toHaveProperty("allow_overwrite");
  });

  test("the domain has no IPv6 record, as the load balancer has no IPv6", () => {
    expect(only("aws_lb")).not.toHaveProperty("ip_address_type");
    expect(record("AAAA")).toBeUndefined();
  });

  test("the internet reaches only the load balancer, on both ports", () => {
    const open = withDomain()
      .resources("aws_vpc_security_group_ingress_rule")
      .filter((rule) => "cidr_ipv4" in rule);
    expect(open).toMatchObject([
      { description: "HTTP from anywhere", ip_protocol: "tcp", from_port: 80, to_port: 80 },
      { description: "HTTPS from anywhere", ip_protocol: "tcp", from_port: 443, to_port: 443 },
    ]);
    for (const rule of open) expect(rule["security_group_id"]).toContain("load-balancer");
  });

  test("a public service waits for its HTTPS rule before it uses its target group", () => {
    const services = withDomain().resources("aws_ecs_service");
    const waiting = services.filter(({ depends_on }) =>
      String(depends_on).includes("aws_lb_listener_rule.load-balancer_rules_"),
    );
    expect(waiting).toHaveLength(2);
  });

  test("HTTP, or another domain, keeps serving until HTTPS at the new domain does", () => {
    for (const rule of withDomain().resources("aws_lb_listener_rule")) {
      expect(rule["lifecycle"]).toEqual({ create_before_destroy: true });
    }
    expect(record("A")?.["lifecycle"]).toEqual({ create_before_destroy: true });
    expect(only("aws_acm_certificate")["lifecycle"]).toEqual({ create_before_destroy: true });
  });

  test("the platform outputs the domain's address", () => {
    expect(withDomain().json["output"]?.["url"]).toMatchObject({
      value: "https://dev.example.com",
    });
  });
});

describe("without a domain", () => {
  test("the stack uses neither ACM nor Route 53", () => {
    expect(JSON.stringify(withoutDomain().json)).not.toMatch(/aws_(acm|route53)_/);
  });

  test("plain HTTP serves every host", () => {
    expect(withoutDomain().resources("aws_lb_listener")).toHaveLength(1);
    expect(listener(80, withoutDomain())).toMatchObject({ default_action: [NOT_FOUND] });
    for (const rule of withoutDomain().resources("aws_lb_listener_rule")) {
      expect(rule).not.toHaveProperty("lifecycle");
      expect(JSON.stringify(rule["condition"])).not.toContain("host_header");
    }
    expect(JSON.stringify(withoutDomain().json["output"]?.["url"])).toContain("http://${aws_lb.");
  });
});
