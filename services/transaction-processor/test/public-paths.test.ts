import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, it } from "vitest";
import { Issuer } from "./identity/issuer.js";
import { Postgres } from "./postgres.js";
import { TestApp } from "./support.js";

let app: TestApp;
let port: number;

beforeAll(async () => {
  app = await TestApp.build(await Postgres.shared().database());
  await app.app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.app.server.address();
  assert.ok(address && typeof address === "object");
  port = address.port;
});
afterAll(() => app.end());

/** With the path as it is: `fetch` would tidy it up. */
async function put(path: string): Promise<number | undefined> {
  const authorization = await (await Issuer.shared()).authorization();
  const headers = { authorization, "content-type": "application/json" };
  const sent = request({ host: "127.0.0.1", port, method: "PUT", path, headers });
  sent.end(JSON.stringify({ currency: "EUR" }));
  const [answer] = (await once(sent, "response")) as [{ statusCode?: number; resume(): void }];
  answer.resume();
  return answer.statusCode;
}

// The load balancer sends what begins with the public path, as it was written.
it("no path below the public one leads to the private operations on accounts", async () => {
  const id = randomUUID();
  for (const [up, slash] of ["..", "%2e%2e", ".%2E", "..;"].flatMap((up) =>
    ["/", "%2f", "%5c", "\\", "//"].map((slash) => [up, slash] as const),
  )) {
    const path = `/v1/transactions${slash}${up}${slash}accounts${slash}${id}`;
    assert.ok([400, 404].includes((await put(path)) ?? 0), path);
  }
  assert.equal(await put(`/v1/accounts/${id}`), 201);
});
