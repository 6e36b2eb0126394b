import { describe, expect, test } from "vitest";
import { fixture } from "../../../support/services";
import { synthesize } from "../../../support/synth";

const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "blue" });

describe("the network", () => {
  test("spans as many zones as configured, each with a public and a private subnet", () => {
    const { platform } = synthesize(fixture, {}, { availabilityZones: 3 });
    const blocks = platform.resources("aws_subnet").map((subnet) => subnet["cidr_block"]);
    expect(blocks).toHaveLength(6);
    expect(new Set(blocks).size).toBe(6);
  });

  test("has one NAT gateway per zone, or a shared one", () => {
    expect(platform.resources("aws_nat_gateway")).toHaveLength(2);
    const shared = synthesize(fixture, {}, { natGateways: "shared" }).platform;
    expect(shared.resources("aws_nat_gateway")).toHaveLength(1);
    expect(shared.resources("aws_route_table")).toHaveLength(3);
  });
});
