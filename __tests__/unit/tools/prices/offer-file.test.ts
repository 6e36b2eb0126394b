import { describe, expect, test } from "vitest";
import { readOffer } from "../../../../tools/prices/offer-file";

const COLUMNS =
  "SKU,TermType,PriceDescription,StartingRange,Unit,PricePerUnit,Currency,Database Engine,usageType,operation";

/** A price as a row of AWS's CSV has it. */
interface Row {
  readonly usage: string;
  readonly usd: string;
  readonly from?: string;
  readonly term?: string;
  readonly engine?: string;
  readonly operation?: string;
}

function quoted(...fields: readonly string[]): string {
  return fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",");
}

async function read(offer: string, ...rows: readonly Row[]) {
  const lines = [
    quoted("FormatVersion", "v1.0"),
    quoted("Disclaimer", 'This pricing list is for informational purposes, "only".'),
    quoted("Publication Date", "2026-09-11T21:38:02Z"),
    quoted("Version", "20260911213802"),
    quoted("OfferCode", offer),
    quoted(...COLUMNS.split(",")),
    ...rows.map(({ usage, usd, from = "0", term = "OnDemand", engine = "", operation = "" }) =>
      quoted("ABC", term, 'a "price", of it', from, "Hrs", usd, "USD", engine, usage, operation),
    ),
  ];
  return await readOffer(
    offer,
    (async function* () {
      for (const line of lines) yield await Promise.resolve(line);
    })(),
  );
}

async function pricesIn(offer: string, ...rows: readonly Row[]) {
  return Object.fromEntries((await read(offer, ...rows)).prices);
}

test("a list has the day of its publication", async () => {
  expect((await read("AmazonECS")).date).toBe("2026-09-11");
});

test.each(["USE1-", "EU-", "EUC1-", "APN1-", ""])(
  "a usage type is found with the code of the region %j",
  async (code) => {
    const row = { usage: `${code}Fargate-vCPU-Hours:perCPU`, usd: "0.0404800000" };
    expect(await pricesIn("AmazonECS", row)).toEqual({ fargateX86VcpuHour: 0.04048 });
  },
);

test("KMS writes the region's own name", async () => {
  const row = { usage: "eu-west-2-KMS-Keys", usd: "1.0000000000" };
  expect(await pricesIn("awskms", row)).toEqual({ kmsKeyMonth: 1 });
});

test("what only looks alike is left out", async () => {
  const balancer = { operation: "LoadBalancing:Application", usd: "0.0059" };
  expect(
    await pricesIn(
      "AWSELB",
      { ...balancer, usage: "EUW2-TS-LoadBalancerUsage" },
      { ...balancer, usage: "TS-LoadBalancerUsage" },
      { ...balancer, usage: "EUW2-Outposts-LoadBalancerUsage" },
      { ...balancer, usage: "EUW2-LoadBalancerUsage", operation: "LoadBalancing:Network" },
      { ...balancer, usage: "EUW2-LoadBalancerUsage", term: "Reserved" },
      { ...balancer, usage: "EUW2-LoadBalancerUsage", usd: "0.0264600000" },
    ),
  ).toEqual({ loadBalancerHour: 0.02646 });
  expect(
    await pricesIn(
      "AmazonECS",
      { usage: "USE1-Fargate-Windows-vCPU-Hours:perCPU", usd: "0.04" },
      { usage: "USE1-SpotUsage-Fargate-vCPU-Hours:perCPU", usd: "0.01" },
      { usage: "USE1-Fargate-ARM-vCPU-Hours:perCPU", usd: "0.03238" },
    ),
  ).toEqual({ fargateArmVcpuHour: 0.03238 });
});

test("the ACU of another engine do not count", async () => {
  const usage = "EU-Aurora:ServerlessV2Usage";
  expect(
    await pricesIn(
      "AmazonRDS",
      { usage, usd: "0.15", engine: "Aurora MySQL" },
      { usage, usd: "0.14", engine: "Aurora PostgreSQL" },
    ),
  ).toEqual({ auroraAcuHour: 0.14 });
});

describe("of a price in steps", () => {
  const usage = "USE1-CognitoEssentialsMAU";

  test("the first that is not free counts, in any order", async () => {
    expect(
      await pricesIn(
        "AmazonCognito",
        { usage, from: "1000000", usd: "0.01" },
        { usage, from: "0", usd: "0.0000000000" },
        { usage, from: "10000", usd: "0.015" },
      ),
    ).toEqual({ userMonth: 0.015 });
  });

  test("two of the same step are a mistake of this, and refused", async () => {
    const twice = ["0.5", "0.6"].map((usd) => ({ usage: "EU-DataProcessing-Bytes", usd }));
    await expect(read("AmazonCloudWatch", ...twice)).rejects.toMatchObject({
      name: "Refusal",
      message: expect.stringContaining("logsGb"),
    });
  });
});

test("a price for a single request becomes one for a million", async () => {
  const row = { usage: "APN1-Request", usd: "0.0000006000" };
  expect(await pricesIn("awswaf", row)).toEqual({ webAclRequestsMillion: 0.6 });
});
