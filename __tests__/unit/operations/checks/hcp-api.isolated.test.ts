import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createHcpApi } from "../../../../operations/checks/hcp-api";

vi.mock("node:timers/promises", () => ({ setTimeout: vi.fn() }));

const URL = "https://tfe.acme.com/api/v2";
interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly data?: string;
}

const GOOD: Answer = { status: 200, data: "an organization" };

afterEach(() => {
  vi.restoreAllMocks();
  vi.mocked(sleep).mockClear();
});

/** An API that gives these answers one after the other, and the last one from then on. */
function apiWith(...answers: readonly Answer[]) {
  const left = [...answers];
  const asked = vi.spyOn(globalThis, "fetch").mockImplementation(() => {
    const { status, headers = {}, data } = (left.length > 1 ? left.shift() : left[0]) ?? GOOD;
    return Promise.resolve(Response.json({ data }, { status, headers }));
  });
  return { api: createHcpApi(URL, "a-token"), asked };
}

test("a request carries the token, in the format of JSON:API, and ends after a time", async () => {
  const { api, asked } = apiWith(GOOD);
  expect(await api.get("/organizations/acme")).toBe("an organization");
  expect(asked.mock.calls).toEqual([
    [
      `${URL}/organizations/acme`,
      {
        headers: { Authorization: "Bearer a-token", "Content-Type": "application/vnd.api+json" },
        signal: expect.any(AbortSignal),
      },
    ],
  ]);
});

test("what does not exist is undefined; any other failure is thrown with its status", async () => {
  expect(await apiWith({ status: 404 }).api.get("/a")).toBeUndefined();
  await expect(apiWith({ status: 503 }).api.get("/a")).rejects.toMatchObject({
    name: "HcpRefusal",
    message: "HTTP status 503",
    status: 503,
  });
});

describe("at a limit of requests", () => {
  test.each<[string, Record<string, string>, number]>([
    ["until the limit ends", { "x-ratelimit-reset": "0.5" }, 500],
    ["as long as a proxy asks", { "retry-after": "2" }, 2_000],
    ["for a second if nobody says how long", {}, 1_000],
    ["for a second if the answer is a date", { "retry-after": "Mon, 1 Jan 2029" }, 1_000],
    ["for at most three seconds", { "retry-after": "60" }, 3_000],
  ])("the same question waits %s", async (_, headers, ms) => {
    const { api, asked } = apiWith({ status: 429, headers }, GOOD);
    expect(await api.get("/a")).toBe("an organization");
    expect(vi.mocked(sleep).mock.calls).toEqual([[ms]]);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test("it is asked three times in all", async () => {
    const { api, asked } = apiWith({ status: 429 });
    await expect(api.get("/a")).rejects.toMatchObject({ status: 429 });
    expect(asked).toHaveBeenCalledTimes(3);
  });
});
