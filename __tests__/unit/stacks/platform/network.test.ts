import { describe, expect, test } from "vitest";
import { type Resource, refersTo } from "../../../../policy/stack";
import { fixture } from "../../../support/services";
import { plain, synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

/** The default routes of a subnet, by its route table. */
function routesOf(subnet: Resource, stack = platform): Resource[] {
  const tables = stack
    .addressed("aws_route_table")
    .filter((table) =>
      stack
        .addressed("aws_route_table_association")
        .some(
          ({ block }) =>
            refersTo(block["subnet_id"], subnet) && refersTo(block["route_table_id"], table),
        ),
    );
  expect(tables).toHaveLength(1);
  return stack
    .addressed("aws_route")
    .filter(({ block }) => tables.some((table) => refersTo(block["route_table_id"], table)));
}

/** Whether a subnet's only route leads to the internet gateway. */
function isPublic(subnet: Resource, stack = platform): boolean {
  const [gateway, ...others] = stack.addressed("aws_internet_gateway");
  expect(others).toEqual([]);
  const routes = routesOf(subnet, stack);
  expect(routes).toHaveLength(1);
  return routes.every(({ block }) => gateway && refersTo(block["gateway_id"], gateway));
}

describe("the network", () => {
  test("spans as many zones as configured, each with a public and a private subnet", () => {
    const { platform } = synthesize(fixture, {}, { availabilityZones: 3 });
    const subnet = (kind: string, zone: number, block: number) => ({
      vpc_id: "${aws_vpc.network_vpc.id}",
      availability_zone: `\${element(data.aws_availability_zones.network_zones.names, ${zone})}`,
      // Sixteenths of the network: eight for public subnets, eight for private ones.
      cidr_block: `\${cidrsubnet("10.0.0.0/16", 4, ${block})}`,
      tags: { Name: `platform-${kind}-${zone}-dev` },
    });
    expect(plain(platform.resources("aws_subnet"))).toMatchObject([
      subnet("private", 0, 8),
      subnet("private", 1, 9),
      subnet("private", 2, 10),
      subnet("public", 0, 0),
      subnet("public", 1, 1),
      subnet("public", 2, 2),
    ]);
  });

  test("reaches through every endpoint only the bucket with the layers of ECR's images", () => {
    const endpoints = platform.resources("aws_vpc_endpoint");
    expect(endpoints).toMatchObject([
      { service_name: "com.amazonaws.us-east-1.s3", tags: { Name: "platform-s3-blue" } },
    ]);
    const [policy] = endpoints.map((each) => JSON.parse(String(each["policy"])) as unknown);
    expect(policy).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "PullLayers",
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
        },
      ],
    });
  });

  test("names each part as the console lists it, by its kind and its zone", () => {
    const names = (type: string) =>
      platform.resources(type).map(({ tags }) => (tags as { Name: string }).Name);
    expect(names("aws_vpc")).toEqual(["platform-blue"]);
    expect(names("aws_internet_gateway")).toEqual(["platform-blue"]);
    expect(names("aws_nat_gateway")).toEqual(["platform-0-blue", "platform-1-blue"]);
    expect(names("aws_eip")).toEqual(["platform-nat-0-blue", "platform-nat-1-blue"]);
    expect(names("aws_route_table")).toEqual([
      "platform-private-0-blue",
      "platform-private-1-blue",
      "platform-public-blue",
    ]);
  });

  test("has a route to the internet in half of its subnets, and through NAT in the other half", () => {
    const subnets = platform.addressed("aws_subnet");
    const closed = subnets.filter((subnet) => !isPublic(subnet));
    expect(subnets).toHaveLength(4);
    expect(closed).toHaveLength(2);
    const everywhere = platform
      .resources("aws_route")
      .map((each) => each["destination_cidr_block"]);
    expect(everywhere).toEqual(["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0"]);
    for (const subnet of closed) {
      const [route] = routesOf(subnet);
      expect(String(route?.block["nat_gateway_id"])).toContain("aws_nat_gateway.");
    }
  });

  test.each(["one-per-zone", "shared"] as const)(
    "has NAT gateways in public subnets, which wait until those reach the internet: %s",
    (natGateways) => {
      const stack = synthesize(fixture, {}, { natGateways }).platform;
      const gateways = stack.addressed("aws_nat_gateway");
      expect(gateways.length).toBeGreaterThan(0);
      // AWS takes no other kind of address for a NAT gateway.
      for (const address of stack.resources("aws_eip")) expect(address["domain"]).toBe("vpc");
      for (const { block } of gateways) {
        expect(plain(block["allocation_id"])).toMatch(
          /^\$\{aws_eip\.network_nat-address-\d\.id\}$/,
        );
        const [subnet] = stack
          .addressed("aws_subnet")
          .filter((each) => refersTo(block["subnet_id"], each));
        expect(subnet && isPublic(subnet, stack)).toBe(true);
        const [route] = subnet ? routesOf(subnet, stack) : [];
        // AWS creates a NAT gateway without it, which then never becomes available.
        expect(block["depends_on"]).toContain(route?.address);
      }
    },
  );

  test("loses only one zone with a zone, as each private subnet uses the NAT gateway of its own", () => {
    const used = platform
      .addressed("aws_subnet")
      .filter((subnet) => !isPublic(subnet))
      .flatMap((subnet) => routesOf(subnet))
      .map(({ block }) => /, (\d)\)\}$/.exec(String(block["nat_gateway_id"]))?.[1]);
    expect(used).toEqual(["0", "1"]);
  });

  test("isolates what is put into its default group, which has no rules", () => {
    expect(plain(platform.resources("aws_default_security_group"))).toEqual([
      { vpc_id: "${aws_vpc.network_vpc.id}" },
    ]);
  });

  test("resolves names, as its private names and the endpoint for S3 need", () => {
    expect(platform.resources("aws_vpc")).toMatchObject([
      { cidr_block: "10.0.0.0/16", enable_dns_support: true, enable_dns_hostnames: true },
    ]);
  });

  test("pulls the layers of images past NAT, from every private subnet", () => {
    const [endpoint] = platform.addressed("aws_vpc_endpoint");
    const tables = platform
      .addressed("aws_route_table")
      .filter((table) => refersTo(endpoint?.block["route_table_ids"], table));
    const throughNat = platform
      .addressed("aws_route")
      .filter(({ block }) => "nat_gateway_id" in block);
    expect(throughNat).toHaveLength(2);
    for (const { block } of throughNat) {
      expect(tables.some((table) => refersTo(block["route_table_id"], table))).toBe(true);
    }
  });

  test("is only in zones that have Fargate and need no consent, and fails if there are too few", () => {
    expect(platform.dataSources("aws_availability_zones")).toEqual([
      expect.objectContaining({
        state: "available",
        filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
        exclude_zone_ids: ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"],
        lifecycle: {
          postcondition: [
            {
              condition: "${(length(self.names) >= 2)}",
              error_message:
                "us-east-1 has fewer than 2 usable availability zones; set fewer availabilityZones in environments.ts",
            },
          ],
        },
      }),
    ]);
  });

  test("stays where it is while a zone is unavailable", () => {
    for (const subnet of platform.resources("aws_subnet")) {
      expect(subnet["lifecycle"]).toEqual({ ignore_changes: ["availability_zone"] });
    }
  });

  test("has one NAT gateway per zone, or a shared one", () => {
    expect(platform.resources("aws_nat_gateway")).toHaveLength(2);
    const shared = synthesize(fixture, {}, { natGateways: "shared" }).platform;
    expect(shared.resources("aws_nat_gateway")).toHaveLength(1);
    expect(shared.resources("aws_route_table")).toHaveLength(3);
  });
});
