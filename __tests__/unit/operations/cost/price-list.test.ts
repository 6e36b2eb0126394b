import { describe, expect, test } from "vitest";
import { pricesOf, readPriceFile, requirePrices } from "../../../../operations/cost/price-list";
import { PRICE_NAMES } from "../../../../operations/cost/price-names";
import { refusal } from "../../../support/refusal";

const source = { from: "a list", date: "2026-10-01" };
const file = {
  sources: { list: source, older: { ...source, date: "2026-01-01" }, undated: { from: "a bill" } },
  spotShare: { usd: 0.3, source: "list" },
  everyRegion: { secretMonth: { usd: 0.4, source: "older" }, logsGb: { usd: 1, source: "list" } },
  regions: { "eu-west-1": { logsGb: { usd: 0.57, source: "undated" } } },
};

describe("the prices of a region", () => {
  const prices = pricesOf("eu-west-1", readPriceFile(file));

  test("are its own before those of every region", () => {
    expect(prices?.get("logsGb")).toBe(0.57);
    expect(prices?.get("secretMonth")).toBe(0.4);
  });

  test("have the days of their sources, where those have one", () => {
    expect(prices?.dates).toEqual(["2026-01-01", "2026-01-01"]);
  });

  test("are refused where there is none, with the command that reads it", () => {
    expect(prices?.find("auroraAcuHour")).toBeUndefined();
    expect(() => prices?.get("auroraAcuHour")).toThrow(
      refusal(
        "auroraAcuHour (US dollars per ACU-hour) of eu-west-1",
        "npx tsx tools/prices/refresh.ts eu-west-1",
      ),
    );
  });
});

test("a region that is not in the file has no prices, and a command for it is refused", () => {
  expect(pricesOf("eu-south-1", readPriceFile(file))).toBeUndefined();
  expect(() => requirePrices("eu-south-1", readPriceFile(file))).toThrow(/\bprices of eu-south-1/);
});

describe("a file is refused", () => {
  const wrong = { usd: 0, source: "list" };

  test.each([
    ["a price of nothing", { everyRegion: { logsGb: wrong } }, "everyRegion.logsGb.usd"],
    ["an unknown price", { regions: { a: { logGb: { usd: 1, source: "list" } } } }, "regions.a"],
    ["a price without a source", { everyRegion: { logsGb: { usd: 1 } } }, "everyRegion.logsGb"],
    ["a source that is not there", { spotShare: { usd: 1, source: "b" } }, "an entry of sources"],
    ["a day that is none", { sources: { list: { from: "a", date: "May" } } }, "sources.list.date"],
  ])("with %s, which it names", (_, change, named) => {
    expect(() => readPriceFile({ ...file, ...change })).toThrow(refusal(named, ""));
  });
});

describe("the file of the project", () => {
  const { regions, sources } = readPriceFile();

  test.each(Object.keys(regions))("has all that an environment on demand needs in %s", (region) => {
    const prices = pricesOf(region);
    const byUse = /Gb(Month)?$|Million$|Lcu|^fargateArm|^userMonth$/;
    for (const name of PRICE_NAMES.filter((each) => !byUse.test(each))) {
      expect([name, prices?.find(name)]).toEqual([name, expect.any(Number)]);
    }
    expect(prices?.find("fargateX86GbHour")).toEqual(expect.any(Number));
  });

  test("uses each of its sources", () => {
    const used = JSON.stringify(readPriceFile());
    for (const source of Object.keys(sources)) expect(used).toContain(`"source":"${source}"`);
  });
});
