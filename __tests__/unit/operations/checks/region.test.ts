import { expect, test } from "vitest";
import { databaseVersion } from "../../../../operations/checks/database-version";
import { zones } from "../../../../operations/checks/zones";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { answer, checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const listed = (...numbers: string[]) => ({
  DBEngineVersions: numbers.map((EngineVersion) => ({ EngineVersion, Status: "available" })),
});

function versions(...numbers: string[]) {
  const context = checkContext();
  answer(context.clients.rds, listed(...numbers));
  return context;
}

test("a region without the database's major version is a problem, with the versions it has", async () => {
  expect(
    await databaseVersion.run(versions("18.3", "9.6", "16.8", "16.4", "17.4-limitless")),
  ).toEqual({
    problems: [
      {
        problem: "us-east-1 does not offer aurora-postgresql 17; it offers 9, 16, 18",
        fix: "set MAJOR_VERSION in stacks/platform/database.ts to 18, or PLATFORM_REGION to another region",
      },
    ],
  });
});

test("a new cluster gets AWS's default version, as the platform requests", async () => {
  const context = checkContext();
  const asked = answer(context.clients.rds, listed("17.7"));
  asked.mockResolvedValueOnce(listed("16.4", "17.4", "17.7", "17.11-limitless"));
  expect(await databaseVersion.run(context)).toEqual({ found: "aurora-postgresql 17.7" });
  const inputs = asked.mock.calls.map(([command]: { input?: unknown }[]) => command?.input);
  expect(inputs).toEqual([
    { Engine: "aurora-postgresql" },
    { Engine: "aurora-postgresql", EngineVersion: "17", DefaultOnly: true },
  ]);
});

test("without a default version only the major version is certain", async () => {
  const context = checkContext();
  answer(context.clients.rds, {}).mockResolvedValueOnce(listed("17.4"));
  expect(await databaseVersion.run(context)).toEqual({ found: "aurora-postgresql 17" });
});

test("a deprecated version does not count", async () => {
  const context = checkContext();
  const retired = { EngineVersion: "17.1", Status: "deprecated" };
  answer(context.clients.rds, { DBEngineVersions: [retired] });
  expect(await databaseVersion.run(context)).toEqual({
    problems: [
      {
        problem: "us-east-1 does not offer aurora-postgresql 17; it offers none",
        fix: "set MAJOR_VERSION in stacks/platform/database.ts to an available version, or PLATFORM_REGION to another region",
      },
    ],
  });
});

test("without a database RDS is not queried", async () => {
  const context = checkContext({}, { services: { web: fixture.web } });
  const asked = answer(context.clients.rds, {});
  expect(await databaseVersion.run(context)).toEqual({ found: "no service has a database" });
  expect(asked).not.toHaveBeenCalled();
});

function zonesOf(settings: EnvironmentSettings, ...ids: string[]) {
  const context = checkContext({}, {}, settings);
  const AvailabilityZones = ids.map((ZoneId) => ({ ZoneId, ZoneName: `name-of-${ZoneId}` }));
  return { context, asked: answer(context.clients.ec2, { AvailabilityZones }) };
}

test("fewer zones than required are a problem; a zone without Fargate does not count", async () => {
  const settings = { availabilityZones: 3 } as const;
  const { context } = zonesOf(settings, "use1-az1", "use1-az2", "use1-az3");
  expect(await zones.run(context)).toEqual({
    problems: [
      {
        problem:
          "3 availability zones are required, but us-east-1 has 2 (name-of-use1-az1, name-of-use1-az2)",
        fix: "set availabilityZones: 2 in environments.ts",
      },
    ],
  });
});

test("a region with a single zone cannot be used", async () => {
  expect(await zones.run(zonesOf({}, "use1-az1").context)).toMatchObject({
    problems: [{ fix: "set PLATFORM_REGION to another region" }],
  });
  expect(await zones.run(zonesOf({}).context)).toMatchObject({
    problems: [{ problem: "2 availability zones are required, but us-east-1 has 0" }],
  });
});

test("exactly the required number of zones is enough, counting only zones that every account has", async () => {
  const { context, asked } = zonesOf({}, "use1-az1", "use1-az2");
  expect(await zones.run(context)).toEqual({
    found: "2 required, 2 available (name-of-use1-az1, name-of-use1-az2)",
  });
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({
      input: {
        Filters: [
          { Name: "state", Values: ["available"] },
          { Name: "opt-in-status", Values: ["opt-in-not-required"] },
          { Name: "zone-type", Values: ["availability-zone"] },
        ],
      },
    }),
  );
});
