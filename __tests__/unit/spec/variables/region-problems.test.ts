import { expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";

const domain = { name: "dev.example.com", hostedZone: "example.com" };
const boundaryIn = (partition: string) => ({
  PLATFORM_PERMISSIONS_BOUNDARY: `arn:${partition}:iam::123456789012:policy/setup/boundary`,
});

test("a boundary in another partition and a domain in a region without public zones are refused", () => {
  const env = { PLATFORM_REGION: "us-gov-west-1", ...boundaryIn("aws") };
  expect(readConfig(env, environmentsWith({ domain })).problems).toEqual([
    'domain.name is "dev.example.com" in us-gov-west-1, but Route 53 has no public hosted zones in AWS GovCloud (US); remove the domain from environments.ts, or choose another region',
    "PLATFORM_PERMISSIONS_BOUNDARY is in the partition aws, but us-gov-west-1 is in aws-us-gov; its ARN must begin with arn:aws-us-gov:",
  ]);
});

test.each([
  ["us-gov-west-1", "aws-us-gov", {}],
  ["eu-west-1", "aws", { domain }],
])("a boundary of the region's own partition is accepted in %s", (region, partition, settings) => {
  const env = { PLATFORM_REGION: region, ...boundaryIn(partition) };
  expect(readConfig(env, environmentsWith(settings)).problems).toEqual([]);
});

test("an unknown region of environments.ts is reported once", () => {
  const { problems } = readConfig({}, environmentsWith({ region: "mars-1" }));
  expect(problems).toEqual([
    expect.stringContaining('environments: dev.region is "mars-1"; it must be one of us-east-1'),
  ]);
});
