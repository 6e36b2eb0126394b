import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { beforeEach, describe, it, vi } from "vitest";
import { FraudDetection } from "../src/fraud-detection.js";
import { application } from "./application.js";
import { answer, decide } from "./fraud-server.js";
import { Postgres } from "./postgres.js";
import { eventually } from "./wait.js";

const postgres = Postgres.shared();
const { app, database, fraud } = await application(postgres);
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
      const given = await app.body({ amount, occurredAt: "2026-11-22T08:00:00+02:00" });
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

  it("is judged by the account's decided transactions, 100 at most, newest first", async () => {
    const accountId = await app.account();
    // All of them are approved.
    const amounts = Array.from({ length: 102 }, (_, index) => 1 + (index % 99));
    for (const amount of amounts) await app.post(await app.body({ accountId, amount }));
    const { transaction, history } = fraud.questions.at(-1) ?? assert.fail();
    assert.equal(transaction.amount, amounts[101]);
    assert.deepEqual(
      history.map(({ amount }) => amount),
      amounts.slice(1, 101).reverse(),
    );
    const fields = "amount,card,country,currency,decision,merchantCategory,occurredAt";
    assert.equal(
      Object.keys(history[0] ?? {})
        .sort()
        .join(),
      fields,
    );
  });

  it("is judged by approved ones too, however many were refused since", async () => {
    const accountId = await app.account();
    const approved = Array.from({ length: 22 }, (_, index) => 1 + index);
    const refused = Array.from({ length: 105 }, (_, index) => 4200 + index);
    const amounts = [...approved, ...refused, 42];
    for (const amount of amounts) await app.post(await app.body({ accountId, amount }));
    const { history } = fraud.questions.at(-1) ?? assert.fail();
    assert.deepEqual(
      history.map(({ amount }) => amount),
      [...approved.slice(2), ...refused.slice(25)].reverse(),
    );
  });

  it("is judged by the time at which it was taken, whatever its caller says", async () => {
    const accountId = await app.account();
    const said = ["2026-11-22T08:00:00.000Z", "1999-01-01T00:00:00.000Z"];
    const taken: Record<string, unknown>[] = [];
    for (const occurredAt of said) {
      taken.push((await app.post(await app.body({ accountId, occurredAt }))).json);
    }
    const { transaction, history } = fraud.questions.at(-1) ?? assert.fail();
    assert.deepEqual(
      [history[0]?.["occurredAt"], transaction.occurredAt],
      taken.map(({ createdAt }) => createdAt),
    );
    assert.deepEqual(
      taken.map(({ occurredAt }) => occurredAt),
      said,
    );
  });

  it("is kept as pending while fraud-detection fails", async () => {
    fraud.behaviour = (_question, response) => {
      answer(response, 500, {});
    };
    const { status, json } = await app.post(await app.body());
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
    const given = await app.body({ occurredAt: "2026-11-22T08:00:00Z" });
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
    const given = await app.body();
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
    const given = await app.body();
    const key = randomUUID();
    await app.post(given, key);
    const count = await rows();
    for (const change of [
      { amount: 43 },
      { accountId: await app.account() },
      { occurredAt: "2026-11-22T08:00:00Z" },
    ]) {
      const { status, json, headers } = await app.post({ ...given, ...change }, key);
      assert.equal(status, 409);
      assert.equal(json["detail"], "this Idempotency-Key was used with another body");
      assert.equal(headers["retry-after"], undefined);
    }
    assert.equal(await rows(), count);
  });

  it("that many use at once makes one transaction, which is scored once", async (t) => {
    // Not the questions: one without an answer in time is asked anew, as on a busy machine.
    const scored = vi.spyOn(FraudDetection.prototype, "score");
    t.onTestFinished(() => {
      scored.mockRestore();
    });
    // Answers when all others have their answers.
    let decideNow = (): void => assert.fail("it was not asked");
    fraud.behaviour = (question, response) => {
      decideNow = () => {
        decide(question, response);
      };
    };
    const given = await app.body();
    const key = randomUUID();
    const count = await rows();
    let answered = 0;
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const one = await app.post(given, key);
        if (++answered === 11) decideNow();
        return one;
      }),
    );
    const [made, ...more] = answers.filter(({ status }) => status === 201);
    assert.ok(made);
    assert.equal(more.length, 0);
    for (const { status, headers } of answers.filter((each) => each !== made)) {
      assert.equal(status, 409);
      assert.equal(headers["retry-after"], "1");
    }
    assert.equal(await rows(), count + 1);
    assert.equal(scored.mock.calls.length, 1);
    assert.deepEqual((await app.post(given, key)).json, made.json);
  });

  it("whose request died in mid-flight is answered 202 after the lease, and again", async () => {
    const given = await app.body();
    const key = randomUUID();
    const { json } = await app.post(given, key);
    const undo = (age: string) =>
      postgres.query(
        database.name,
        `UPDATE transactions SET status = 'pending', score = NULL, decided_at = NULL,
           answered = NULL, created_at = now() - interval '${age}'
         WHERE id = '${String(json["id"])}'`,
      );
    // Again, where a busy machine needs more than the second that is left of the lease.
    await eventually(async () => {
      await undo("4 s");
      return (await app.post(given, key)).status === 409;
    });
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
    const accountId = await app.account();
    const made: unknown[] = [];
    for (let amount = 1; amount <= 7; amount++) {
      made.unshift((await app.post(await app.body({ accountId, amount }))).json);
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
      await app.post(await app.body({ accountId, amount: 99 }));
      const { nextCursor } = page.json as { nextCursor: string | null };
      cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
    } while (cursor);
    assert.deepEqual(seen.slice(0, 2), [7, 6]);
    assert.deepEqual(seen.slice(2, 5).sort(), [3, 4, 5]);
    assert.deepEqual(seen.slice(5), [2, 1]);
  });

  it("are an empty list if there are none", async () => {
    const { json } = await app.get(`/v1/transactions?accountId=${await app.account()}`);
    assert.deepEqual(json, { items: [], nextCursor: null });
  });

  it("are added up by currency and status, exactly", async () => {
    const accountId = await app.account();
    for (const amount of [42, 8, 420, 4200]) await app.post(await app.body({ accountId, amount }));
    // As it may have been before accounts had a currency.
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
