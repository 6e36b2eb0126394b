import { afterEach, expect, test, vi } from "vitest";
import { download } from "../../../../tools/prices/download";

const LIST = [
  '"Publication Date","2026-09-11T00:00:00Z"',
  '"SKU","TermType","StartingRange","PricePerUnit","Currency","usageType"',
  '"A","OnDemand","0","1.0000000000","USD","eu-west-1-KMS-Keys"',
].join("\r\n");

afterEach(() => {
  vi.unstubAllGlobals();
});

function answer(response: Response | Error) {
  const fetch = vi.fn<typeof globalThis.fetch>(() =>
    response instanceof Error ? Promise.reject(response) : Promise.resolve(response),
  );
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

test("a list is read from AWS's public address, by service and region", async () => {
  const fetch = answer(new Response(LIST));
  const offer = await download("awskms", "eu-west-1");
  expect(offer).toEqual({ date: "2026-09-11", prices: new Map([["kmsKeyMonth", 1]]) });
  expect(fetch.mock.lastCall?.[0]).toBe(
    "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/awskms/current/eu-west-1/index.csv",
  );
});

test.each([403, 404])("a region without a list of the service has none (%d)", async (status) => {
  answer(new Response("", { status }));
  expect(await download("awskms", "eu-west-1")).toBeUndefined();
});

test.each([
  ["it answers 503", new Response("", { status: 503 })],
  ["fetch failed", new TypeError("fetch failed")],
])("a list that cannot be read is refused with the reason: %s", async (reason, response) => {
  answer(response);
  await expect(download("awskms", "eu-west-1")).rejects.toMatchObject({
    name: "Refusal",
    message: expect.stringContaining(reason),
  });
});
