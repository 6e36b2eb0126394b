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

  test("reaches through every endpoint only the bucket with the layers of ECR's images", () => {
    const endpoints = platform.resources("aws_vpc_endpoint");
    expect(endpoints).toHaveLength(1);
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

  test("has one NAT gateway per zone, or a shared one", () => {
    expect(platform.resources("aws_nat_gateway")).toHaveLength(2);
    const shared = synthesize(fixture, {}, { natGateways: "shared" }).platform;
    expect(shared.resources("aws_nat_gateway")).toHaveLength(1);
    expect(shared.resources("aws_route_table")).toHaveLength(3);
  });
});
