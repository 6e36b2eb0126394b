import { describe, expect, test } from "vitest";
import { refersTo } from "../../../../policy/stack";
import { fixture } from "../../../support/services";
import { plain, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

describe("network access", () => {
  /** The name of the security group that an attribute refers to. */
  const nameOf = (reference: unknown) => {
    const group = platform
      .addressed("aws_security_group")
      .find((each) => refersTo(reference, each));
    return String(group?.block["name"]);
  };

  /** The connections that the rules of one direction allow, each with the reason that AWS shows. */
  const allowed = (direction: "ingress" | "egress") =>
    platform
      .resources(`aws_vpc_security_group_${direction}_rule`)
      .map((rule) => {
        const own = nameOf(rule["security_group_id"]);
        const { cidr_ipv4: anyone, referenced_security_group_id: group } = rule;
        const other = group === undefined ? String(anyone) : nameOf(group);
        const [from, to] = direction === "ingress" ? [other, own] : [own, other];
        const ports = [rule["ip_protocol"], rule["from_port"], rule["to_port"]].join(" ");
        return `${from} > ${to}, ${ports}: ${String(rule["description"])}`;
      })
      .sort();

  const PATHS = [
    "platform-database-clients-blue > platform-database-blue, tcp 5432 5432: Services with a database to Aurora",
    "platform-load-balancer-blue > platform-order-archive-tasks-blue, tcp 9100 9100: Load balancer to order-archive",
    "platform-load-balancer-blue > platform-web-tasks-blue, tcp 8080 8080: Load balancer to web",
    "platform-web-tasks-blue > platform-orders-tasks-blue, tcp 9000 9000: web to orders",
  ];

  test("the internet reaches only the load balancer", () => {
    const open = platform
      .addressed("aws_vpc_security_group_ingress_rule")
      .filter(({ block }) => "cidr_ipv4" in block);
    expect(plain(open)).toMatchObject([
      {
        address: "aws_vpc_security_group_ingress_rule.load-balancer_http-from-anywhere",
        block: {
          security_group_id: "${aws_security_group.load-balancer_security-group.id}",
          from_port: 80,
        },
      },
    ]);
  });

  test("every other inbound rule leads from a caller to its callee, on one port of the catalogue", () => {
    expect(allowed("ingress")).toEqual([
      "0.0.0.0/0 > platform-load-balancer-blue, tcp 80 80: HTTP from anywhere",
      ...PATHS,
    ]);
  });

  test("each inbound rule has an outbound rule, and HTTPS is open to AWS's APIs", () => {
    const toAws = ["order-archive", "orders", "web"].map(
      (service) =>
        `platform-${service}-tasks-blue > 0.0.0.0/0, tcp 443 443: HTTPS to ECR, Secrets Manager and CloudWatch Logs`,
    );
    expect(allowed("egress")).toEqual([...PATHS, ...toAws].sort());
  });

  test("every group is in the platform's network, and says whose it is", () => {
    const groups = platform.resources("aws_security_group");
    expect(groups.map(({ description }) => description).sort()).toEqual([
      "Aurora, from the services that have a database",
      "Public entry to the platform",
      "Tasks of order-archive",
      "Tasks of orders",
      "Tasks of the services that have a database",
      "Tasks of web",
    ]);
    for (const group of groups) {
      expect(plain(group["vpc_id"])).toBe("${aws_vpc.network_vpc.id}");
    }
  });

  test("only services with a database are in the group that reaches Aurora", () => {
    const groups = platform.resources("aws_ecs_service").map((service) => {
      const { security_groups } = service["network_configuration"] as {
        security_groups: unknown[];
      };
      return [service["name"], security_groups.map(nameOf)];
    });
    expect(Object.fromEntries(groups)).toEqual({
      "platform-web-blue": ["platform-web-tasks-blue"],
      "platform-orders-blue": ["platform-orders-tasks-blue", "platform-database-clients-blue"],
      "platform-order-archive-blue": ["platform-order-archive-tasks-blue"],
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
    const group = (service: string) =>
      `\${aws_lb_target_group.load-balancer_routes_${service}_target-group.arn}`;
    expect(plain(rules)).toMatchObject([
      {
        condition: [{ path_pattern: { values: ["/archive", "/archive/*"] } }],
        action: [{ type: "forward", target_group_arn: group("order-archive") }],
      },
      {
        condition: [{ path_pattern: { values: ["/*"] } }],
        action: [{ type: "forward", target_group_arn: group("web") }],
      },
    ]);
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(2);
  });

  test("every service has a name in the private zone", () => {
    expect(plain(platform.resources("aws_service_discovery_private_dns_namespace"))).toEqual([
      { name: "platform-blue.internal", vpc: "${aws_vpc.network_vpc.id}" },
    ]);
    const names = platform.resources("aws_service_discovery_service").map(({ name }) => name);
    expect(names.sort()).toEqual(["order-archive", "orders", "web"]);
  });
});
