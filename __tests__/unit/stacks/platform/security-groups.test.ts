import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

describe("network access", () => {
  const rules = (type: string) =>
    platform
      .resources(type)
      .map((rule) => [rule["description"], rule["from_port"], rule["to_port"]].join(" "))
      .sort();

  test("the internet reaches only the load balancer", () => {
    const open = platform
      .resources("aws_vpc_security_group_ingress_rule")
      .filter((rule) => "cidr_ipv4" in rule);
    expect(open).toEqual([
      expect.objectContaining({
        security_group_id: expect.stringContaining("aws_security_group.load-balancer"),
        from_port: 80,
      }),
    ]);
  });

  test("every other inbound rule comes from the catalogue and opens one port", () => {
    expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
      "HTTP from anywhere 80 80",
      "Load balancer to order-archive 9100 9100",
      "Load balancer to web 8080 8080",
      "Services with a database to Aurora 5432 5432",
      "web to orders 9000 9000",
    ]);
  });

  test("each inbound rule has an outbound rule, and HTTPS is open to AWS's APIs", () => {
    expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
      ...Array<string>(3).fill("HTTPS to ECR, Secrets Manager and CloudWatch Logs 443 443"),
      "Load balancer to order-archive 9100 9100",
      "Load balancer to web 8080 8080",
      "Services with a database to Aurora 5432 5432",
      "web to orders 9000 9000",
    ]);
  });

  test("an inbound rule leads from the caller's group to the callee's, never back", () => {
    const [rule] = platform
      .resources("aws_vpc_security_group_ingress_rule")
      .filter(({ description }) => description === "web to orders");
    expect(rule).toMatchObject({
      security_group_id: expect.stringContaining("_services_orders_group"),
      referenced_security_group_id: expect.stringContaining("_services_web_group"),
    });
  });

  test("only services with a database are in the group that reaches Aurora", () => {
    const groups = platform
      .resources("aws_ecs_service")
      .map((service) => JSON.stringify(service["network_configuration"]));
    const members = groups.filter((text) => text.includes("security-groups_database-clients"));
    expect(members).toHaveLength(1);
    expect(members[0]).toContain("security-groups_services_orders_group");
    const [rule] = platform
      .resources("aws_vpc_security_group_ingress_rule")
      .filter(({ description }) => description === "Services with a database to Aurora");
    expect(rule).toMatchObject({
      security_group_id: expect.stringContaining("aws_security_group.database_security-group"),
      referenced_security_group_id: expect.stringContaining("security-groups_database-clients"),
    });
  });

  test("Aurora's group has one inbound rule, even for a hundred services with a database", () => {
    const names = [...Array(100).keys()].map((index) => `orders-${index}`);
    const many = Object.fromEntries(names.map((name) => [name, fixture.orders]));
    const { platform } = synthesize(many);
    const ofAurora = platform
      .resources("aws_vpc_security_group_ingress_rule")
      .filter((rule) => String(rule["security_group_id"]).includes("database_security-group"));
    expect(ofAurora).toHaveLength(1);
  });

  test("only public services have a listener rule, and no two share a priority", () => {
    const rules = platform.resources("aws_lb_listener_rule");
    expect(rules.map(({ condition }) => condition)).toEqual([
      [{ path_pattern: { values: ["/archive", "/archive/*"] } }],
      [{ path_pattern: { values: ["/*"] } }],
    ]);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(2);
  });

  test("every service has a name in the private zone", () => {
    expect(platform.resources("aws_service_discovery_private_dns_namespace")).toEqual([
      expect.objectContaining({ name: "platform-blue.internal" }),
    ]);
    const names = platform.resources("aws_service_discovery_service").map(({ name }) => name);
    expect(names.sort()).toEqual(["order-archive", "orders", "web"]);
  });
});
