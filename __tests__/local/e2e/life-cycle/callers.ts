import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Caller, openAccount } from "../support/caller";
import { foreignToken } from "../support/foreign-token";
import { ORIGIN } from "../support/local-aws";
import { checkout } from "./checkout";

describe("callers are known", () => {
  const [alice, bob] = [new Caller("alice"), new Caller("bob")];
  const purchase = { amount: 1_999, currency: "USD", country: "US", merchantCategory: "5411" };
  const pay = (accountId: string) => ({
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ ...purchase, accountId, card: "alice" }),
  });
  const open = () => ({
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ owner: "Anybody", currency: "USD" }),
  });

  test("an account's owner pays from it and reads its transactions", async () => {
    const account = await openAccount(alice);
    expect((await alice.fetch("/v1/transactions", pay(account))).status).toBe(201);
    expect((await alice.fetch(`/accounts/${account}/transactions`)).status).toBe(200);
  });

  test("nobody opens an account or pays without a token", async () => {
    for (const request of [
      fetch(`${ORIGIN}/accounts`, open()),
      fetch(`${ORIGIN}/v1/transactions`, pay(randomUUID())),
    ]) {
      const { status, headers } = await request;
      expect([status, headers.get("www-authenticate")]).toEqual([
        401,
        expect.stringMatching(/^Bearer/),
      ]);
    }
  });

  test.each<[string, (token: string) => string]>([
    ["of another issuer", () => foreignToken()],
    ["that says it is of this issuer, signed with another key", (token) => foreignToken(token)],
    ["with another signature", (token) => `${token.slice(0, -8)}AAAAAAAA`],
  ])("nobody does with a token %s", async (_, change) => {
    const token = (await alice.headers())["Authorization"]?.replace("Bearer ", "") ?? "";
    const authorization = `Bearer ${change(token)}`;
    for (const [path, request] of [
      ["/accounts", open()],
      ["/v1/transactions", pay(randomUUID())],
    ] as const) {
      const headers = { ...request.headers, authorization };
      const { status } = await fetch(ORIGIN + path, { ...request, headers });
      expect({ path, status }).toEqual({ path, status: 401 });
    }
  });

  test("an account of another caller is not there, and takes no payment", async () => {
    const account = await openAccount(alice);
    for (const path of [
      `/accounts/${account}`,
      `/accounts/${account}/transactions`,
      `/accounts/${account}/summary`,
    ]) {
      expect({ path, status: (await bob.fetch(path)).status }).toEqual({ path, status: 404 });
    }
    const response = await bob.fetch("/v1/transactions", pay(account));
    expect([response.status, await response.text()]).toEqual([
      422,
      expect.stringContaining("/accountId"),
    ]);
  });

  test("the platform's token is as good as any other", async () => {
    const command = `bash -c 'eval "$(npx platform env)" && npx platform token --user carol'`;
    const { exitCode, output } = await checkout.run(command, 60);
    expect(exitCode).toBe(0);
    const token = output.split("\n").find((line) => line.startsWith("ey")) ?? "";
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${ORIGIN}/accounts/${randomUUID()}`, { headers })).status).toBe(404);
  });
});
