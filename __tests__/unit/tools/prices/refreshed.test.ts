import { expect, test } from "vitest";
import { readPriceFile } from "../../../../operations/cost/price-list";
import { PRICE_NAMES, type PriceName } from "../../../../operations/cost/price-names";
import { PRODUCTS } from "../../../../tools/prices/products";
import { refreshed } from "../../../../tools/prices/refreshed";

const file = readPriceFile({
  sources: { bill: { from: "a bill" }, list: { from: "a list", date: "2026-01-01" } },
  spotShare: { usd: 0.3, source: "list" },
  everyRegion: { hostedZoneMonth: { usd: 0.5, source: "list" } },
  regions: {
    "eu-west-1": { logsGb: { usd: 0.5, source: "bill" }, userMonth: { usd: 1, source: "list" } },
  },
});
const offers = new Map([
  [
    "AmazonCloudWatch",
    { date: "2026-09-22", prices: new Map<PriceName, number>([["logsGb", 0.57]]) },
  ],
]);

test("what the lists have replaces what was there, with its own source and day", () => {
  const next = refreshed(file, "eu-west-1", offers);
  const source = "AmazonCloudWatch 2026-09-22";
  expect(next.regions["eu-west-1"]?.logsGb).toEqual({ usd: 0.57, source });
  expect(next.sources[source]).toEqual({
    from: "AWS Price List Bulk API, AmazonCloudWatch",
    date: "2026-09-22",
  });
});

test("what they do not have stays, and a source that nothing uses any more goes", () => {
  const next = refreshed(file, "eu-west-1", offers);
  expect(next.regions["eu-west-1"]?.userMonth).toEqual({ usd: 1, source: "list" });
  expect(next.everyRegion).toEqual(file.everyRegion);
  expect(Object.keys(next.sources).sort()).toEqual(["AmazonCloudWatch 2026-09-22", "list"]);
});

test("a region that was not there is added, and the others stay as they are", () => {
  const next = refreshed(file, "ap-south-1", offers);
  expect(next.regions["ap-south-1"]?.logsGb?.usd).toBe(0.57);
  expect(next.regions["eu-west-1"]).toEqual(file.regions["eu-west-1"]);
});

test("each price is read from a list, except those of Route 53 and of dashboards, which have none by region", () => {
  const missing = PRICE_NAMES.filter((name) => !(name in PRODUCTS));
  expect(missing).toEqual(["dashboardMonth", "hostedZoneMonth", "dnsQueriesMillion"]);
});
