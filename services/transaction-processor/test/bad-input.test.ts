import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import { isCardNumber } from "../src/card-number.js";
import { application } from "./application.js";
import { Issuer } from "./identity/issuer.js";
import { Postgres } from "./postgres.js";
import { body } from "./support.js";

interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
}

const postgres = Postgres.shared();
const { app, database } = await application(postgres);

async function rows(): Promise<number> {
  const [row] = await postgres.query<{ count: string }>(
    database.name,
    "SELECT count(*) FROM transactions",
  );
  return Number(row?.count);
}

const fields = (json: Record<string, unknown>) =>
  (json["errors"] as FieldError[])
    .map(({ pointer, parameter, header }) => pointer ?? parameter ?? header)
    .sort();

describe("a wrong transaction", () => {
  const wrong: [string, unknown][] = [
    ["accountId", "urn:uuid:d4c7c1a2-aeb5-464b-9438-9ac71fa6c130"],
    ["accountId", "d4c7c1a2aeb5464b94389ac71fa6c130"],
    ["amount", "42"],
    ["amount", 0],
    ["amount", -1],
    ["amount", 1.5],
    ["amount", 1_000_000_000_001],
    ["amount", 1e300],
    ["amount", true],
    ["amount", null],
    ["currency", "eur"],
    ["currency", "XXX"],
    ["currency", "EUR\u0000"],
    ["country", "DEU"],
    ["country", "ZZ"],
    ["merchantCategory", 5411],
    ["merchantCategory", "541"],
    ["card", ""],
    ["card", "c".repeat(65)],
    ["card", "a\u0000b"],
    ["card", "\ud800"],
    ["card", "\n"],
    ["occurredAt", "yesterday"],
    ["occurredAt", "0000-01-01T00:00:00Z"],
    ["occurredAt", 0],
    ["unknown", 1],
    ["__proto", 1],
  ];
  for (const [field, value] of wrong) {
    it(`has ${field} ${JSON.stringify(value).slice(0, 40)}`, async () => {
      const { status, headers, json } = await app.post(body({ [field]: value }));
      assert.equal(status, 400);
      assert.equal(headers["content-type"], "application/problem+json");
      assert.deepEqual([...new Set(fields(json))], [`#/${field}`]);
      assert.equal(await rows(), 0);
    });
  }

  for (const card of [
    "4111111111111111",
    "4111 1111 1111 1111",
    "3782-822463-10005",
    "6.0.1.1.1.1.1.1.1.1.1.1.1.1.1.7",
    " 4222222222222 ",
    "6304000000000000000",
    "4111111111111111 12/29",
    "PAN 4111 1111 1111 1111",
    "1234 4111-1111-1111-1111, visa",
    ";4111111111111111=29121010000000000000?",
    "%B378282246310005^DOE/JANE^2912101?",
    "amex 3782 822463 10005 1234",
    "3056 930902 5904 diners",
    "4222 222 222 222 x",
    "x 6304 0000 0000 0000 000",
    "unionpay: 621977 1111111111110",
  ]) {
    it(`has the number of a card: ${card}`, async () => {
      const answer = await app.post(body({ card }));
      assert.equal(answer.status, 400);
      assert.deepEqual(fields(answer.json), ["#/card"]);
      assert.ok(!JSON.stringify(answer).includes(card));
      assert.equal(await rows(), 0);
    });
  }

  it("is told of all its wrong fields, the header included", async () => {
    const { json } = await app.post({ amount: 0, extra: 1 }, "two words");
    assert.deepEqual(fields(json), [
      "#/accountId",
      "#/amount",
      "#/card",
      "#/country",
      "#/currency",
      "#/extra",
      "#/merchantCategory",
      "idempotency-key",
    ]);
  });

  for (const [what, payload] of [
    ["no JSON", "{"],
    ["nothing", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a prototype", '{"__proto__":{"a":1}}'],
    ["a number of infinite size", JSON.stringify(body()).replace("42", "1e999")],
  ] as const) {
    it(`is ${what}`, async () => {
      const { status, json } = await app.post(payload);
      assert.equal(status, 400);
      assert.ok(fields(json).length > 0);
    });
  }

  for (const key of ["", "a b", "ü", "k".repeat(256)]) {
    it(`has the key ${JSON.stringify(key).slice(0, 20)}`, async () => {
      const { status, json } = await app.post(body(), key);
      assert.equal(status, 400);
      assert.deepEqual([...new Set(fields(json))], ["idempotency-key"]);
    });
  }

  it("is too large, or of another media type", async () => {
    assert.equal((await app.post(body({ card: "c".repeat(20_000) }))).status, 413);
    for (const type of ["text/plain", "application/xml"]) {
      const authorization = await (await Issuer.shared()).authorization();
      const headers = { authorization, "content-type": type, "idempotency-key": "k" };
      const request = { method: "POST", url: "/v1/transactions", headers, payload: "x" } as const;
      const response = await app.app.inject(request);
      assert.equal(response.statusCode, 415);
      assert.equal(response.headers["content-type"], "application/problem+json");
    }
  });

  it("with thousands of unknown fields gets a short answer", async () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`f${n}`, 1]));
    const { status, json } = await app.post(many);
    assert.equal(status, 400);
    assert.equal(fields(json).length, 50);
  });
});

describe("a card's fingerprint", () => {
  for (const card of [
    "4111111111111112", // no check digit
    "411111111111", // 12 digits
    "41111111111111111115", // 20 digits
    "a4111111111111111",
    "f3a1c8e0b7d94f6a8c2e5d1b9a7f4c3e",
    "tok_4111111111111111",
    "tok 4111111111111112",
    "card-1718000000006", // 13 digits of a time
    "visa 1111 12/29",
    "a1111111-1111-4111-4111-111111111111", // ends in 16 digits, grouped as on no card
  ]) {
    it(`may be ${card}`, () => {
      assert.equal(isCardNumber(card), false);
    });
  }
});

describe("a wrong address", () => {
  for (const [url, wrong] of [
    ["/v1/transactions", ["accountId"]],
    ["/v1/transactions?accountId=1", ["accountId"]],
    ["/v1/transactions?accountId=%00&limit=0", ["accountId", "limit"]],
    [`/v1/transactions?accountId=${randomUUID()}&limit=101`, ["limit"]],
    [`/v1/transactions?accountId=${randomUUID()}&limit=1e999`, ["limit"]],
    [`/v1/transactions?accountId=${randomUUID()}&limit=1&limit=2`, ["limit"]],
    [`/v1/transactions?accountId=${randomUUID()}&cursor=abc`, ["cursor"]],
    [`/v1/transactions?accountId=${randomUUID()}&cursor=`, ["cursor"]],
    [`/v1/transactions?accountId=${randomUUID()}&order=asc`, ["order"]],
    ["/v1/transactions/summary", ["accountId"]],
    ["/v1/transactions/1", ["id"]],
    ["/v1/transactions/%00", ["id"]],
  ] as const) {
    it(`is ${url.slice(0, 60)}`, async () => {
      const { status, headers, json } = await app.get(url);
      assert.equal(status, 400);
      assert.equal(headers["content-type"], "application/problem+json");
      assert.deepEqual(fields(json), wrong);
    });
  }

  for (const [url, expected] of [
    ["/nowhere", 404],
    [`/v1/transactions/${randomUUID()}`, 404],
    [`/v1/transactions/${randomUUID()}/more`, 404],
    ["/%ZZ", 400],
    [`/v1/transactions/${"x".repeat(3000)}`, 414],
  ] as const) {
    it(`that is ${url.slice(0, 30)} gets ${expected}`, async () => {
      const { status, headers } = await app.get(url);
      assert.ok([expected, 404].includes(status), String(status));
      assert.equal(headers["content-type"], "application/problem+json");
    });
  }

  it("or method is told which methods there are", async () => {
    for (const [url, allow] of [
      ["/v1/transactions", "GET, HEAD, POST"],
      [`/v1/transactions/${randomUUID()}`, "GET, HEAD"],
    ] as const) {
      const response = await app.app.inject({ method: "DELETE", url });
      assert.equal(response.statusCode, 405);
      assert.equal(response.headers.allow, allow);
    }
  });
});

describe("a request that is no HTTP", () => {
  it("gets a problem too", async () => {
    await app.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.app.server.address() as AddressInfo;
    for (const [sent, status] of [
      ["nonsense\r\n\r\n", 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const socket = connect(port, "127.0.0.1").setEncoding("utf8");
      socket.end(sent);
      let received = "";
      for await (const text of socket) received += String(text);
      assert.match(received, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(received, /application\/problem\+json/);
    }
  });
});

describe("whatever comes", () => {
  /** Near to what is right, so that it gets past the first checks. */
  const nearly = (right: unknown) =>
    fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, anything);
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\u0000",
      "\ud800",
      "1e999",
      "2026-12-31T23:59:60Z",
      "9999-12-31T23:59:59-23:59",
    ),
    fc.double(),
    fc.maxSafeInteger(),
    // JSON leaves it out.
    fc.constant(undefined),
    fc.jsonValue(),
  );
  const accountId = randomUUID();
  beforeAll(() => app.put(`/v1/accounts/${accountId}`, { currency: "EUR" }));
  const anyBody = fc.record(
    Object.fromEntries(
      Object.entries({ ...body({ accountId }), occurredAt: "2026-11-22T08:00:00Z" }).map(
        ([name, right]) => [name, nearly(right)],
      ),
    ),
  );
  const isAnswer = (status: number, type: unknown) => {
    assert.ok(status < 500, `answered ${status}`);
    if (status >= 400) assert.equal(type, "application/problem+json");
  };

  it("as a body, the answer is no 5xx", async () => {
    const seen = new Set<number>();
    const property = fc.asyncProperty(
      fc.oneof(anyBody, fc.jsonValue()),
      fc.oneof(fc.uuid(), fc.stringMatching(/^[!-~]{1,255}$/), fc.constant("the-same")),
      async (given, key) => {
        const { status, headers, json } = await app.post(given, key);
        isAnswer(status, headers["content-type"]);
        seen.add(status);
        if (status < 300) assert.equal(json["status"] === "pending", status === 202);
      },
    );
    await fc.assert(property, { numRuns: 600 });
    assert.ok(seen.has(201) && seen.has(400), "both valid and invalid ones were tried");
  });

  it("as a query or a path, the answer is no 5xx", async () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("%00", "%ZZ", "1", "-1"));
    const encoded = text.map((raw) => encodeURIComponent(Buffer.from(raw).toString()));
    const value = fc.oneof(fc.uuid(), encoded, fc.constantFrom("%00", "%ZZ", "%ed%a0%80"));
    const url = fc.oneof(
      value.map((id) => `/v1/transactions/${id}`),
      fc
        .array(fc.tuple(fc.constantFrom("accountId", "limit", "cursor", "x"), value))
        .map((pairs) => `/v1/transactions?${pairs.map((pair) => pair.join("=")).join("&")}`),
      value.map((id) => `/v1/transactions/summary?accountId=${id}`),
    );
    const property = fc.asyncProperty(url, async (address) => {
      const { status, headers } = await app.get(address);
      isAnswer(status, headers["content-type"]);
    });
    await fc.assert(property, { numRuns: 600 });
  });
});
