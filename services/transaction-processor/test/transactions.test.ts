import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseSettings } from "../src/settings.js";
import { answer, decide, FraudServer } from "./fraud-server.js";
import { Postgres } from "./postgres.js";
import { body, TestApp } from "./support.js";

let postgres: Postgres;
let fraud: FraudServer;
let database: DatabaseSettings;
let app: TestApp;

before(async () => {
  postgres = await Postgres.start();
  fraud = await FraudServer.start();
  database = await postgres.database();
  app = await TestApp.build(database, fraud.url);
});
after(async () => {
  await app.close();
  await fraud.stop();
  await postgres.stop();
});
beforeEach(() => {
  fraud.behaviour = decide;
});

async function rows(): Promise<number> {
  const [row] = await postgres.query<{ count: string }>(
    database.name,
    "SELECT count(*) FROM transactions",
  );
  return Number(row?.count);
}

describe("a new transaction", () => {
  for (const [amount, status] of [
    [42, "approved"],
    [420, "review"],
    [4200, "declined"],
  ] as const) {
    it(`of ${amount} is ${status}, and can be read`, async () => {
      const given = body({ amount, occurredAt: "2026-11-22T08:00:00+02:00" });
      const taken = await app.post(given);
      assert.equal(taken.status, 201);
      const { id, createdAt, decidedAt, score, reasons, ...rest } = taken.json;
      assert.deepEqual(rest, { ...given, occurredAt: "2026-11-22T06:00:00.000Z", status });
      assert.equal(typeof score, "number");
      assert.equal(Array.isArray(reasons), true);
      assert.ok(String(createdAt) <= String(decidedAt));
      assert.equal(taken.headers["location"], `/v1/transactions/${String(id)}`);
      assert.deepEqual((await app.get(`/v1/transactions/${String(id)}`)).json, taken.json);
    });
  }

  it("is judged by the account's decided transactions, 50 at most, newest first", async () => {
    const accountId = randomUUID();
    for (let amount = 1; amount <= 52; amount++) await app.post(body({ accountId, amount }));
    const { transaction, history } = fraud.questions.at(-1) ?? assert.fail();
    assert.equal(transaction.amount, 52);
    assert.deepEqual(
      history.map(({ amount }) => amount),
      Array.from({ length: 50 }, (_, index) => 51 - index),
    );
    const fields = "amount,card,country,currency,decision,merchantCategory,occurredAt";
    assert.equal(
      Object.keys(history[0] ?? {})
        .sort()
        .join(),
      fields,
    );
  });

  it("is kept as pending while fraud-detection fails", async () => {
    fraud.behaviour = (_question, response) => {
      answer(response, 500, {});
    };
    const { status, json } = await app.post(body());
    assert.equal(status, 202);
    assert.deepEqual(
      [json["status"], json["score"], json["reasons"], json["decidedAt"]],
      ["pending", null, [], null],
    );
    assert.deepEqual((await app.get(`/v1/transactions/${String(json["id"])}`)).json, json);
  });
});

describe("an Idempotency-Key", () => {
  it("gives the same answer again, and makes no second row", async () => {
    const given = body({ occurredAt: "2026-11-22T08:00:00Z" });
    const key = randomUUID();
    const first = await app.post(given, key);
    assert.equal(first.headers["idempotency-replayed"], undefined);
    const count = await rows();
    const reordered = Object.fromEntries(Object.entries(given).reverse());
    const sameInstant = { ...given, occurredAt: "2026-11-22T09:00:00.000+01:00" };
    for (const repeated of [given, reordered, sameInstant]) {
      const again = await app.post(repeated, key);
      assert.equal(again.status, 201);
      assert.deepEqual(again.json, first.json);
      assert.equal(again.headers["idempotency-replayed"], "true");
      assert.equal(again.headers["location"], first.headers["location"]);
    }
    assert.equal(await rows(), count);
  });

  it("gives 202 again, also when the transaction is decided since", async () => {
    fraud.behaviour = (_question, response) => {
      answer(response, 500, {});
    };
    const given = body();
    const key = randomUUID();
    const first = await app.post(given, key);
    await postgres.query(
      database.name,
      `UPDATE transactions SET status = 'approved', score = 1, decided_at = now(),
         reasons = '[{"rule":"r","points":1,"detail":"d"}]' WHERE id = '${String(first.json["id"])}'`,
    );
    const again = await app.post(given, key);
    assert.equal(again.status, 202);
    assert.deepEqual(again.json, first.json);
    assert.equal(again.headers["idempotency-replayed"], "true");
  });

  it("is refused with another body, whatever differs", async () => {
    const given = body();
    const key = randomUUID();
    await app.post(given, key);
    const count = await rows();
    for (const change of [
      { amount: 43 },
      { accountId: randomUUID() },
      { occurredAt: "2026-11-22T08:00:00Z" },
    ]) {
      const { status, json, headers } = await app.post({ ...given, ...change }, key);
      assert.equal(status, 409);
      assert.equal(json["detail"], "this Idempotency-Key was used with another body");
      assert.equal(headers["retry-after"], undefined);
    }
    assert.equal(await rows(), count);
  });

  it("that many use at once makes one transaction, which is scored once", async () => {
    fraud.behaviour = (question, response) => {
      setTimeout(() => {
        decide(question, response);
      }, 200);
    };
    const given = body();
    const key = randomUUID();
    const count = await rows();
    const asked = fraud.questions.length;
    const answers = await Promise.all(Array.from({ length: 12 }, () => app.post(given, key)));
    const [made, ...more] = answers.filter(({ status }) => status === 201);
    assert.ok(made);
    assert.equal(more.length, 0);
    for (const { status, headers } of answers.filter((each) => each !== made)) {
      assert.equal(status, 409);
      assert.equal(headers["retry-after"], "1");
    }
    assert.equal(await rows(), count + 1);
    assert.equal(fraud.questions.length, asked + 1);
    assert.deepEqual((await app.post(given, key)).json, made.json);
  });

  it("whose request died in mid-flight is answered 202 after the lease, and again", async () => {
    const given = body();
    const key = randomUUID();
    const { json } = await app.post(given, key);
    const undo = (age: string) =>
      postgres.query(
        database.name,
        `UPDATE transactions SET status = 'pending', score = NULL, decided_at = NULL,
           answered = NULL, created_at = now() - interval '${age}'
         WHERE id = '${String(json["id"])}'`,
      );
    await undo("4 s");
    assert.equal((await app.post(given, key)).status, 409);
    await undo("6 s");
    const answers = await Promise.all([app.post(given, key), app.post(given, key)]);
    assert.ok(answers.some(({ status }) => status === 202));
    const again = await app.post(given, key);
    assert.equal(again.status, 202);
    assert.equal(again.json["status"], "pending");
  });
});

describe("the transactions of an account", () => {
  it("come in pages, newest first, each once, whatever is added meanwhile", async () => {
    const accountId = randomUUID();
    const made: unknown[] = [];
    for (let amount = 1; amount <= 7; amount++) {
      made.unshift((await app.post(body({ accountId, amount }))).json);
    }
    // Three that were made in the same millisecond.
    await postgres.query(
      database.name,
      `UPDATE transactions SET created_at = (SELECT min(created_at) FROM transactions
         WHERE account_id = '${accountId}' AND amount = 3)
       WHERE account_id = '${accountId}' AND amount IN (3, 4, 5)`,
    );
    const seen: unknown[] = [];
    let cursor = "";
    do {
      const page = await app.get(`/v1/transactions?accountId=${accountId}&limit=2${cursor}`);
      assert.equal(page.status, 200);
      seen.push(...(page.json["items"] as { amount: number }[]).map(({ amount }) => amount));
      await app.post(body({ accountId, amount: 99 }));
      const { nextCursor } = page.json as { nextCursor: string | null };
      cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
    } while (cursor);
    assert.deepEqual(seen.slice(0, 2), [7, 6]);
    assert.deepEqual(seen.slice(2, 5).sort(), [3, 4, 5]);
    assert.deepEqual(seen.slice(5), [2, 1]);
  });

  it("are an empty list if there are none", async () => {
    const { json } = await app.get(`/v1/transactions?accountId=${randomUUID()}`);
    assert.deepEqual(json, { items: [], nextCursor: null });
  });

  it("are added up by currency and status, exactly", async () => {
    const accountId = randomUUID();
    const [EUR, JPY] = ["EUR", "JPY"];
    for (const [currency, amount] of [
      [EUR, 42],
      [EUR, 8],
      [EUR, 420],
      [JPY, 4200],
    ] as const) {
      await app.post(body({ accountId, currency, amount }));
    }
    await postgres.query(
      database.name,
      `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, idempotency_key, request_hash, next_attempt_at)
       SELECT gen_random_uuid(), '${accountId}', 1000000000000 - (n = 1)::int, 'USD', 'US', '5411', 'c',
         now(), gen_random_uuid(), '', 'infinity' FROM generate_series(1, 9008) n`,
    );
    const none = { count: 0, amount: "0" };
    const { json } = await app.get(`/v1/transactions/summary?accountId=${accountId.toUpperCase()}`);
    const total = (count: number, amount: string) => ({ count, amount });
    assert.deepEqual(json, {
      accountId,
      currencies: [
        {
          currency: "EUR",
          approved: total(2, "50"),
          review: total(1, "420"),
          declined: none,
          pending: none,
        },
        {
          currency: "JPY",
          approved: none,
          review: none,
          declined: total(1, "4200"),
          pending: none,
        },
        {
          currency: "USD",
          approved: none,
          review: none,
          declined: none,
          // More than 2^53.
          pending: total(9008, "9007999999999999"),
        },
      ],
    });
  });
});

describe("without its database the service", () => {
  it("that has none configured is healthy, and answers 503 for all else", async () => {
    const alone = await TestApp.build(undefined);
    assert.deepEqual((await alone.get("/health")).json, { status: "healthy" });
    for (const { status, json } of [
      await alone.get("/ready"),
      await alone.post(body()),
      await alone.get(`/v1/transactions/${randomUUID()}`),
      await alone.get(`/v1/transactions?accountId=${randomUUID()}`),
      await alone.get(`/v1/transactions/summary?accountId=${randomUUID()}`),
    ]) {
      assert.equal(status, 503);
      assert.equal(json["detail"], "no database is configured");
    }
    await alone.close();
  });

  it("says why within 2 s, and takes transactions again when it is back", async () => {
    await postgres.crash();
    const started = performance.now();
    const ready = await app.get("/ready");
    assert.ok(performance.now() - started < 2000);
    assert.equal(ready.status, 503);
    assert.equal(ready.json["detail"], "the database refuses connections");
    const refused = await app.post(body());
    assert.equal(refused.status, 503);
    assert.equal(refused.headers["retry-after"], "1");
    assert.equal((await app.get("/health")).status, 200);
    await postgres.resume();
    assert.equal((await app.get("/ready")).status, 200);
    assert.equal((await app.post(body())).status, 201);
  });

  it("hides a restart of the database that it does not meet", async () => {
    await Promise.all([app.post(body()), app.post(body()), app.post(body())]);
    await postgres.crash();
    await postgres.resume();
    const answers = await Promise.all([app.post(body()), app.post(body()), app.post(body())]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201],
    );
  });

  it("repeats a statement whose connection is taken away", async () => {
    const lock = postgres.query(
      database.name,
      "BEGIN; LOCK TABLE transactions; SELECT pg_sleep(0.8); COMMIT",
    );
    await sleep(200);
    const key = randomUUID();
    const given = body();
    const taken = app.post(given, key);
    await sleep(200);
    const ended = await postgres.query(
      database.name,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'transaction-processor' AND state = 'active'`,
    );
    assert.equal(ended.length, 1);
    assert.equal((await taken).status, 201);
    assert.deepEqual((await app.post(given, key)).json, (await taken).json);
    await lock;
  });

  it("survives that the server dies under a statement", async () => {
    const lock = postgres
      .query(database.name, "BEGIN; LOCK TABLE transactions; SELECT pg_sleep(5); COMMIT")
      .catch(() => undefined);
    await sleep(200);
    const taken = Promise.all([app.post(body()), app.post(body())]);
    await sleep(200);
    await postgres.crash();
    assert.deepEqual(
      (await taken).map(({ status }) => status),
      [503, 503],
    );
    await lock;
    await postgres.resume();
    assert.equal((await app.post(body())).status, 201);
  });

  it("does not wait for a connection longer than it may", async () => {
    // Takes all of the pool's connections.
    const lock = postgres.query(
      database.name,
      "BEGIN; LOCK TABLE transactions; SELECT pg_sleep(3); COMMIT",
    );
    await sleep(200);
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 12 }, () => app.post(body())));
    assert.ok(performance.now() - started < 3000);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
    assert.equal(answers[0]?.json["detail"], "the database does not answer in time");
    await lock;
  });
});
