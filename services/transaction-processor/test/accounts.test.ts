import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "vitest";
import { application } from "./application.js";
import { Postgres } from "./postgres.js";
import { body, type Answer } from "./support.js";
import { eventually } from "./wait.js";

const postgres = Postgres.shared();
const { app, database, fraud } = await application(postgres);

const pointers = ({ json }: Answer) =>
  (json["errors"] as { pointer: string }[]).map(({ pointer }) => pointer);

describe("an account", () => {
  it("is new once, and the same again after that", async () => {
    const id = randomUUID();
    const open = { id, currency: "USD", status: "open" };
    const first = await app.put(`/v1/accounts/${id}`, { currency: "USD" });
    assert.deepEqual([first.status, first.json], [201, open]);
    const again = await app.put(`/v1/accounts/${id.toUpperCase()}`, { currency: "USD" });
    assert.deepEqual([again.status, again.json], [200, open]);
  });

  it("is one of many that are opened at once with its id", async () => {
    const url = `/v1/accounts/${randomUUID()}`;
    const callers = ["alice", "bob", "alice", "bob", "carol"];
    const answers = await Promise.all(
      callers.map((caller) => app.put(url, { currency: "EUR" }, caller)),
    );
    const statuses = answers.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 201).length, 1);
    const owner = callers[statuses.indexOf(201)];
    for (const [index, caller] of callers.entries()) {
      const wanted = caller === owner ? [200, 201] : [409];
      assert.ok(wanted.includes(statuses[index] ?? 0), statuses.join());
    }
  });

  it("does not become another caller's, or another currency's", async () => {
    const id = await app.account("EUR", "alice");
    const url = `/v1/accounts/${id}`;
    assert.equal((await app.put(url, { currency: "EUR" }, "bob")).status, 409);
    assert.equal((await app.put(url, { currency: "USD" }, "alice")).status, 409);
  });

  it("is refused in a currency that does not exist, or with another field", async () => {
    const url = `/v1/accounts/${randomUUID()}`;
    assert.deepEqual(pointers(await app.put(url, { currency: "XXX" })), ["#/currency"]);
    assert.deepEqual(pointers(await app.put(url, { currency: "EUR", owner: "bob" })), ["#/owner"]);
    assert.equal((await app.put("/v1/accounts/1", { currency: "EUR" })).status, 400);
  });

  it("is closed by its owner only, and stays closed", async () => {
    const id = await app.account();
    assert.equal((await app.close(id, "bob")).status, 404);
    assert.equal((await app.close(randomUUID())).status, 404);
    const closed = { id, currency: "EUR", status: "closed" };
    for (let times = 0; times < 2; times++) {
      const { status, json } = await app.close(id);
      assert.deepEqual([status, json], [200, closed]);
    }
    const again = await app.put(`/v1/accounts/${id}`, { currency: "EUR" });
    assert.deepEqual([again.status, again.json], [200, closed]);
  });
});

describe("an account that is told of closed", () => {
  const closed = { currency: "EUR", closed: true };

  it("takes no transaction from the start", async () => {
    const id = randomUUID();
    const { status, json } = await app.put(`/v1/accounts/${id}`, closed);
    assert.deepEqual([status, json], [201, { id, currency: "EUR", status: "closed" }]);
    assert.equal((await app.post(body({ accountId: id }))).status, 409);
    assert.equal((await app.put(`/v1/accounts/${id}`, closed)).status, 200);
  });

  it("takes none any more if it was open", async () => {
    const id = await app.account();
    const other = await app.put(`/v1/accounts/${id}`, { ...closed, currency: "USD" });
    assert.equal(other.status, 409);
    assert.equal((await app.post(body({ accountId: id }))).status, 201);
    const { json } = await app.put(`/v1/accounts/${id}`, closed);
    assert.deepEqual(json, { id, currency: "EUR", status: "closed" });
    assert.equal((await app.post(body({ accountId: id }))).status, 409);
  });
});

describe("a transaction", () => {
  it("of an account that is unknown, or another caller's, is refused by its field", async () => {
    const known = await app.account();
    for (const [accountId, caller] of [
      [randomUUID(), "alice"],
      [known, "bob"],
    ] as const) {
      const answer = await app.post(body({ accountId }), randomUUID(), caller);
      assert.equal(answer.status, 422);
      assert.deepEqual(pointers(answer), ["#/accountId"]);
    }
  });

  it("in another currency than its account's is refused by its field", async () => {
    const answer = await app.post(body({ accountId: await app.account("USD"), currency: "EUR" }));
    assert.equal(answer.status, 422);
    assert.deepEqual(pointers(answer), ["#/currency"]);
  });

  it("of a closed account is refused, but one from before is answered again", async () => {
    const given = await app.body();
    const key = randomUUID();
    const taken = await app.post(given, key);
    await app.close(String(given["accountId"]));
    const refused = await app.post(given);
    assert.deepEqual([refused.status, refused.json["detail"]], [409, "the account is closed"]);
    const again = await app.post(given, key);
    assert.deepEqual([again.status, again.json], [201, taken.json]);
  });

  it("is never taken after the closing of its account was answered", async () => {
    const given = await app.body();
    const id = String(given["accountId"]);
    const statuses: number[] = [];
    // Each goes on for a while after it was refused, too.
    const callers = Array.from({ length: 6 }, async () => {
      for (let refused = 0; refused < 3 && statuses.length < 500;) {
        const { status } = await app.post(given);
        statuses.push(status);
        if (status === 409) refused++;
      }
    });
    await eventually(() => statuses.length > 12);
    assert.equal((await app.close(id)).status, 200);
    const count = async () => {
      const text = `SELECT id FROM transactions WHERE account_id = '${id}'`;
      return (await postgres.query(database.name, text)).length;
    };
    const taken = await count();
    await Promise.all(callers);
    assert.equal(await count(), taken);
    assert.equal(statuses.filter((status) => status === 201 || status === 202).length, taken);
    assert.equal(statuses.filter((status) => status === 409).length, 18);
  });

  it("is read by its account's owner only", async () => {
    const given = await app.body();
    const { json } = await app.post(given);
    const id = String(given["accountId"]);
    for (const url of [
      `/v1/transactions/${String(json["id"])}`,
      `/v1/transactions?accountId=${id}`,
      `/v1/transactions/summary?accountId=${id}`,
    ]) {
      assert.equal((await app.get(url, "alice")).status, 200, url);
      assert.equal((await app.get(url, "bob")).status, 404, url);
    }
    assert.equal((await app.get(`/v1/transactions?accountId=${randomUUID()}`)).status, 404);
  });

  it("has an Idempotency-Key of its caller: another's is another key", async () => {
    const key = randomUUID();
    const bobs = body({ accountId: await app.account("EUR", "bob") });
    const first = await app.post(await app.body(), key);
    const second = await app.post(bobs, key, "bob");
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.notEqual(first.json["id"], second.json["id"]);
  });

  it("is scored with its caller's token", async () => {
    await app.post(await app.body());
    assert.match(fraud.authorizations.at(-1) ?? "", /^Bearer eyJ/);
  });
});

describe("a transaction from before callers were known", () => {
  /** As the former image inserts it, which also runs beside this one during a deployment. */
  const former = (account: string, key: string) =>
    postgres.query(
      database.name,
      `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, idempotency_key, request_hash, next_attempt_at)
       VALUES (gen_random_uuid(), '${account}', 1, 'EUR', 'DE', '5411', 'c', now(), '${key}', '',
         now()) ON CONFLICT DO NOTHING RETURNING id`,
    );

  it("belongs to nobody until flask-api says whose its account is", async () => {
    const id = randomUUID();
    await former(id, "old");
    const list = `/v1/transactions?accountId=${id}`;
    assert.equal((await app.get(list)).status, 404);
    assert.equal((await app.post(body({ accountId: id }))).status, 422);
    const url = `/v1/accounts/${id}`;
    assert.equal((await app.close(id)).status, 404);
    assert.equal((await app.put(url, { currency: "EUR" })).status, 201);
    assert.equal((await app.put(url, { currency: "EUR" }, "bob")).status, 409);
    assert.equal((await app.get(list)).status, 200);
    assert.equal((await app.post(body({ accountId: id }), "old")).status, 409);
    assert.equal((await app.post(body({ accountId: id }))).status, 201);
  });

  it("is not made a second time, whichever of the two images gets the request again", async () => {
    const [key, formers] = [randomUUID(), randomUUID()];
    const given = await app.body();
    const id = String(given["accountId"]);
    assert.equal((await app.post(given, key)).status, 201);
    assert.deepEqual(await former(id, key), []);
    assert.equal((await former(id, formers)).length, 1);
    assert.equal((await app.post(given, formers)).status, 409);
    // An account that becomes the caller's may bring a key that the caller has used meanwhile.
    const assigned = randomUUID();
    await former(assigned, key);
    assert.equal((await app.put(`/v1/accounts/${assigned}`, { currency: "EUR" })).status, 201);
    // Another caller's key is another one.
    assert.equal((await former(await app.account("EUR", "bob"), key)).length, 1);
  });
});
