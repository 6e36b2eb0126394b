import { expect, test } from "vitest";
import { elasticIps, vpcs } from "../../../../operations/checks/quotas";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { answer, awsError, checkContext } from "../../../support/preflight";

const OTHERS = { Tags: [{ Key: "Project", Value: "somebody-else" }] };
const OWN = {
  Tags: [
    { Key: "Project", Value: "platform" },
    { Key: "Environment", Value: "dev" },
  ],
};

function region(
  present: { Addresses: object[] } | { Vpcs: object[] },
  quota: unknown,
  variables: Record<string, string> = {},
  settings: EnvironmentSettings = {},
) {
  const context = checkContext(variables, {}, settings);
  answer(context.clients.ec2, present);
  answer(context.clients.quotas, quota);
  return context;
}

test("NAT gateways without enough free Elastic IPs are a problem, with three fixes", async () => {
  const context = region({ Addresses: Array(4).fill(OTHERS) }, { Quota: { Value: 5 } });
  expect(await elasticIps.run(context)).toEqual({
    problems: [
      {
        problem: "4 of 5 Elastic IPs are in use and 2 NAT gateways need 2 more",
        fix: 'set natGateways: "shared" in environments.ts to need only one, release an unused one, or request an increase: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6 --region us-east-1',
      },
    ],
  });
});

test("a shared NAT gateway needs one Elastic IP, and sharing is not suggested again", async () => {
  const settings = { natGateways: "shared" } as const;
  const four = region({ Addresses: Array(4).fill(OTHERS) }, { Quota: { Value: 5 } }, {}, settings);
  expect(await elasticIps.run(four)).toEqual({
    found: "4 of 5 Elastic IPs are in use, 1 NAT gateway needs 1 more",
  });
  const five = region({ Addresses: Array(5).fill(OTHERS) }, { Quota: { Value: 5 } }, {}, settings);
  expect(await elasticIps.run(five)).toMatchObject({
    problems: [{ fix: expect.stringMatching(/^release an unused one, or request an increase/) }],
  });
});

test("Elastic IPs that the environment already has are not needed again", async () => {
  const Addresses = [OWN, OWN, OWN, OTHERS, {}];
  expect(await elasticIps.run(region({ Addresses }, { Quota: { Value: 5 } }))).toEqual({
    found: "5 of 5 Elastic IPs are in use, none is missing",
  });
});

test("Elastic IPs of the project's other environments do not count as its own", async () => {
  const test = { Tags: [OWN.Tags[0], { Key: "Environment", Value: "test" }] };
  const Addresses = [test, test, test, OWN, OWN];
  const context = region({ Addresses }, { Quota: { Value: 5 } }, { PLATFORM_SUFFIX: "blue" });
  expect(await elasticIps.run(context)).toMatchObject({
    problems: [{ problem: "5 of 5 Elastic IPs are in use and 2 NAT gateways need 2 more" }],
  });
});

test("an account with nothing has room, up to its quota", async () => {
  const context = region({ Addresses: [] }, { Quota: { Value: 2 } });
  expect(await elasticIps.run(context)).toEqual({
    found: "0 of 2 Elastic IPs are in use, 2 NAT gateways need 2 more",
  });
});

test("the environment's own VPC is not needed again; one without tags is somebody else's", async () => {
  expect(await vpcs.run(region({ Vpcs: [OWN, {}] }, { Quota: { Value: 2 } }))).toEqual({
    found: "2 of 2 VPCs are in use, none is missing",
  });
  expect(await vpcs.run(region({ Vpcs: [{}, {}] }, { Quota: { Value: 2 } }))).toHaveProperty(
    "problems",
  );
});

test("one VPC too many is a problem", async () => {
  const context = region({ Vpcs: Array(7).fill(OTHERS) }, { Quota: { Value: 7 } });
  expect(await vpcs.run(context)).toEqual({
    problems: [
      {
        problem: "7 of 7 VPCs are in use and the platform needs 1 more",
        fix: "delete an unused one, set PLATFORM_REGION to another region, or request an increase: aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 8 --region us-east-1",
      },
    ],
  });
});

test("a quota that the caller may not read counts as AWS's default, and the line says so", async () => {
  const context = region({ Vpcs: [OTHERS] }, awsError("AccessDeniedException", "not you"));
  expect(await vpcs.run(context)).toEqual({
    found:
      "1 of 5 VPCs are in use, the platform needs 1 more (5 is AWS's default; the query to Service Quotas failed: AccessDeniedException: not you)",
  });
  const full = region(
    { Vpcs: Array(5).fill(OTHERS) },
    awsError("AccessDeniedException", "not you"),
  );
  expect(await vpcs.run(full)).toMatchObject({
    problems: [
      {
        problem:
          "5 of 5 VPCs are in use and the platform needs 1 more (5 is AWS's default; the query to Service Quotas failed: AccessDeniedException: not you)",
      },
    ],
  });
});
