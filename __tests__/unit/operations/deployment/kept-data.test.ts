import { beforeEach, expect, test, vi } from "vitest";
import { requireKeptData } from "../../../../operations/deployment/kept-data";
import * as keptStores from "../../../../operations/deployment/kept-stores";
import * as protection from "../../../../operations/deployment/protection";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";
import { targetOf } from "../../../support/target";

const PROTECTED = { protected: true, plainHttp: true } as const;
const { web } = fixture;
const deployed = { databases: { orders: "orders" } };

beforeEach(() => {
  vi.spyOn(protection, "protectedResources").mockResolvedValue([]);
  vi.spyOn(keptStores, "requireEmptyStores").mockResolvedValue();
});

/** Deploys only `web`, so that the database of `orders` would be lost. */
const judge = (settings = {}, outputs: Record<string, unknown> = deployed, services = { web }) =>
  requireKeptData(
    outputs,
    targetOf({ config: readConfig({}, environmentsWith(settings)).config, services }),
  );

test("a protected environment keeps its data, and AWS is not asked whether it protects it", async () => {
  await expect(judge(PROTECTED)).rejects.toThrow("orders would lose its database orders");
  vi.mocked(keptStores.requireEmptyStores).mockRejectedValue(new Error("exports would go"));
  await expect(judge(PROTECTED, { "queue-urls": {} })).rejects.toThrow("exports would go");
  expect(protection.protectedResources).not.toHaveBeenCalled();
});

test("a change that takes the protection off takes nothing else away", async () => {
  vi.mocked(protection.protectedResources).mockResolvedValue(["the Aurora cluster platform-dev"]);
  await expect(judge()).rejects.toMatchObject({
    message:
      "AWS still protects dev, and orders would lose its database orders: it is no longer in services/index.ts. Nothing was changed.",
    fix: expect.stringContaining("to do that, first deploy protected: false without this change."),
  });
  vi.mocked(keptStores.requireEmptyStores).mockRejectedValue(new Error("exports would go"));
  await expect(judge({}, { "queue-urls": {} })).rejects.toThrow("exports would go");
});

test("whoever takes the protection off alone is told what goes with it", async () => {
  vi.mocked(protection.protectedResources).mockResolvedValue(["the Aurora cluster platform-dev"]);
  expect(await judge({}, { paths: {} })).toEqual([
    expect.stringMatching(
      /^dev loses its protection: backups of more than 7 days ago .* logs .*docs\/protection.md/,
    ),
  ]);
  expect(await judge(PROTECTED, { paths: {} })).toEqual([]);
});

test("an environment that is not protected loses its data, as the plan says", async () => {
  vi.mocked(keptStores.requireEmptyStores).mockRejectedValue(new Error("exports would go"));
  expect(await judge()).toEqual([]);
});

test("an environment that is not protected gives no caller's data to others either", async () => {
  const identity = { issuer: "https://new.example.com", audience: "orders" };
  const tokens = { issuer: "https://old.example.com", audience: "orders" };
  await expect(judge({ identity }, { ...deployed, tokens })).rejects.toThrow("the same sub at");
});

test("before the first deployment there is nothing to ask AWS about", async () => {
  expect(await judge({}, {})).toEqual([]);
  expect(protection.protectedResources).not.toHaveBeenCalled();
});
