import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify from "fastify";
import { afterAll, beforeEach, describe, it, vi } from "vitest";
import { DatabaseUnavailable } from "../src/database-failure.js";
import { Database } from "../src/database.js";
import { FraudDetection } from "../src/fraud-detection.js";
import type { Decision } from "../src/schemas/decision.js";
import type { DatabaseSettings } from "../src/settings.js";
import { questionOf } from "../src/transaction-row.js";
import { TransactionStore } from "../src/transaction-store.js";
import { Turns } from "../src/turns.js";
import { Worker } from "../src/worker.js";
import { answer, decide, decideByHistory, FraudServer, inOrder } from "./fraud-server.js";
import { Postgres } from "./postgres.js";
import { eventually } from "./wait.js";

const { log } = Fastify();

interface Row {
  readonly id: string;
  readonly status: string;
  readonly score: number | null;
  readonly attempts: number;
  readonly answered: number;
  readonly waits: boolean;
  readonly due_s: number;
}

/** As many as one task has: a pool, a client with its breaker, and a worker. */
class Task {
  readonly database: Database;
  readonly fraudDetection: FraudDetection;
  readonly store: TransactionStore;
  readonly worker: Worker;
  /** How many scores it wanted: of each, a question that is late on a busy machine is asked anew. */
  asked = 0;

  constructor(settings: DatabaseSettings, url: string) {
    this.database = new Database(settings, log);
    this.fraudDetection = new FraudDetection(url, log);
    const score = this.fraudDetection.score.bind(this.fraudDetection);
    this.fraudDetection.score = (...question) => {
      this.asked++;
      return score(...question);
    };
    this.store = new TransactionStore(this.database);
    const turns = new Turns(this.store, this.fraudDetection, log);
    this.worker = new Worker(this.store, turns, this.fraudDetection, log);
  }

  async end(): Promise<void> {
    await this.worker.stop();
    await this.fraudDetection.close();
    await this.database.close();
  }
}

describe("the worker", () => {
  let postgres: Postgres;
  let fraud: FraudServer;
  let settings: DatabaseSettings;
  let tasks: Task[] = [];

  const task = () => {
    const made = new Task(settings, fraud.url);
    tasks.push(made);
    return made;
  };
  /** In accounts of their own, unless one is given. */
  const pending = (count: number, account = "gen_random_uuid()") =>
    postgres.query(
      settings.name,
      `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, idempotency_key, request_hash, answered, next_attempt_at)
       SELECT gen_random_uuid(), ${account}, n, 'EUR', 'DE', '5411', 'c', now(),
         gen_random_uuid(), '', 202, now() FROM generate_series(1, ${count}) n`,
    );
  const rows = () =>
    postgres.query<Row>(
      settings.name,
      `SELECT id, status, score, attempts, answered, next_attempt_at > now() AS waits,
         extract(epoch FROM next_attempt_at)::float AS due_s FROM transactions`,
    );
  const statuses = async () => new Set((await rows()).map(({ status }) => status));
  const clock = async () => {
    const [row] = await postgres.query<{ now: number }>(
      settings.name,
      "SELECT extract(epoch FROM clock_timestamp())::float AS now",
    );
    return row?.now ?? assert.fail();
  };
  /** A round of the worker with the one row: the least and the most that the row can wait since. */
  const waitAfterRound = async (worker: Worker) => {
    await postgres.query(settings.name, "UPDATE transactions SET next_attempt_at = now()");
    const before = await clock();
    await worker.round();
    const after = await clock();
    const [row] = await rows();
    const due = row?.due_s ?? assert.fail();
    return { least: due - after, most: due - before };
  };
  /** By all tasks. */
  const asked = () => tasks.reduce((sum, each) => sum + each.asked, 0);
  const allDecided = async () => !(await statuses()).has("pending");

  beforeEach(async () => {
    await Promise.all(tasks.map((each) => each.end()));
    await (fraud as FraudServer | undefined)?.stop();
    tasks = [];
    postgres = Postgres.shared();
    fraud = await FraudServer.start();
    settings = await postgres.database();
  });
  afterAll(async () => {
    await Promise.all(tasks.map((each) => each.end()));
    await fraud.stop();
  });

  it("decides what is pending, and leaves what its request was answered", async () => {
    await pending(10);
    task().worker.start();
    await eventually(allDecided);
    for (const { status, answered, attempts } of await rows()) {
      assert.deepEqual([status, answered, attempts], ["approved", 202, 0]);
    }
  });

  it("shares the rows with those of other tasks: each is asked about and decided once", async () => {
    await pending(200);
    fraud.behaviour = (question, response) => {
      setTimeout(() => {
        decide(question, response);
      }, 5);
    };
    for (let number = 0; number < 3; number++) task().worker.start();
    await eventually(allDecided);
    assert.equal(asked(), 200);
    assert.ok((await rows()).every(({ attempts }) => attempts === 0));
  });

  it("does not decide what somebody else decided meanwhile", async () => {
    await pending(1);
    const { worker, store } = task();
    const [row] = await rows();
    fraud.behaviour = (question, response) => {
      const other: Decision = { score: 77, decision: "review", reasons: [], rulesVersion: "x" };
      void store.decide(row?.id ?? "", other).then(() => {
        decide(question, response);
      });
    };
    assert.equal(await worker.round(), 1);
    const [after] = await rows();
    assert.deepEqual([after?.status, after?.score], ["review", 77]);
  });

  it("takes no account that is in other hands", async () => {
    await pending(2);
    const [one, other] = [task(), task()];
    assert.equal((await one.store.claim(2, randomUUID())).length, 2);
    assert.equal(await other.worker.round(), 0);
    assert.equal(fraud.questions.length, 0);
  });

  it("gives no account to two tasks that take at once", async () => {
    await pending(400);
    const stores = [task().store, task().store, task().store];
    await Promise.all(stores.map((store) => store.claim(0, randomUUID())));
    const taken: string[] = [];
    for (let round = 0; round < 10; round++) {
      const claims = await Promise.all(stores.map((store) => store.claim(10, randomUUID())));
      taken.push(...claims.flat());
      // On a busy machine the first leases might end before the last round.
      await postgres.query(
        settings.name,
        "UPDATE accounts SET held_until = 'infinity' WHERE held_until > now()",
      );
    }
    assert.equal(taken.length, 300);
    assert.equal(new Set(taken).size, 300);
  });

  it("takes the accounts of a task that died when their lease ends", async () => {
    await pending(1);
    await task().store.claim(1, randomUUID());
    assert.equal(await task().worker.round(), 0);
    await postgres.query(settings.name, "UPDATE accounts SET held_until = now()");
    assert.equal(await task().worker.round(), 1);
    assert.deepEqual(await statuses(), new Set(["approved"]));
  });

  it("waits longer after each failure, 10 s at most", async () => {
    await pending(1);
    const { worker } = task();
    fraud.behaviour = (_question, response) => {
      answer(response, 500, {});
    };
    for (let round = 0; round < 3; round++) {
      const { least, most } = await waitAfterRound(worker);
      assert.ok(most >= 2 ** round && least <= 1.5 * 2 ** round, `${least} to ${most} s`);
    }
    await postgres.query(settings.name, "UPDATE transactions SET attempts = 30");
    const { least, most } = await waitAfterRound(worker);
    assert.ok(most >= 10 && least <= 15, `${least} to ${most} s`);
  });

  it("leaves to a person what fraud-detection refuses five times, and its account goes on", async () => {
    const accountId = randomUUID();
    await pending(2, `'${accountId}'`);
    const { worker } = task();
    fraud.behaviour = (question, response) => {
      if (question.transaction.amount === 1) answer(response, 400, {});
      else decide(question, response);
    };
    for (let refusal = 0; refusal < 5; refusal++) {
      assert.deepEqual(await statuses(), new Set(["pending"]));
      await postgres.query(settings.name, "UPDATE transactions SET next_attempt_at = now()");
      await worker.round();
    }
    const decided = await postgres.query(
      settings.name,
      "SELECT status, reasons->0->>'rule' AS rule FROM transactions ORDER BY sequence",
    );
    assert.deepEqual(decided, [
      { status: "review", rule: "unscored" },
      { status: "approved", rule: "amount" },
    ]);
    assert.deepEqual(
      fraud.questions.at(-1)?.history.map(({ decision }) => decision),
      ["review"],
    );
  });

  it("decides an account's transactions in their order, however many tasks there are", async () => {
    await pending(100, `'${randomUUID()}'`);
    fraud.behaviour = decideByHistory;
    for (let number = 0; number < 3; number++) task().worker.start();
    await eventually(allDecided);
    const decided = await postgres.query<{ status: string }>(
      settings.name,
      "SELECT status FROM transactions ORDER BY sequence",
    );
    assert.deepEqual(
      decided.map(({ status }) => status),
      inOrder(100),
    );
    assert.equal(asked(), 100);
  });

  it("asks one question at a time of a fraud-detection that fails, and decides all when it is back", async () => {
    await pending(60);
    await fraud.stop();
    const { worker, fraudDetection } = task();
    worker.start();
    await eventually(() => !fraudDetection.isWell);
    const started = performance.now();
    await sleep(3000);
    const tried = (await rows()).filter(({ attempts }) => attempts > 0).length;
    // Two batches until it is found to fail, and then one row in 2 s.
    const most = 9 + Math.floor((performance.now() - started) / 2000);
    assert.ok(tried <= most, `${tried} rows were tried while nobody answered`);
    assert.deepEqual(await statuses(), new Set(["pending"]));
    await fraud.resume();
    await eventually(allDecided);
    assert.equal((await rows()).length, 60);
  });

  it("touches no row while fraud-detection is left alone", async () => {
    await fraud.stop();
    const { worker, fraudDetection, store } = task();
    await pending(1);
    const { transaction } = (await store.find((await rows())[0]?.id ?? "")) ?? assert.fail();
    const question = questionOf(transaction);
    while (fraudDetection.isWell) await fraudDetection.score(question, []).catch(() => 0);
    worker.start();
    let looks = 0;
    while (fraudDetection.pauseMs > 0) {
      const attempts = (await rows()).map((row) => row.attempts);
      // What was seen after the pause says nothing.
      if (fraudDetection.pauseMs === 0) break;
      assert.deepEqual(attempts, [0]);
      looks++;
      await sleep(50);
    }
    assert.ok(looks > 0);
    await fraud.resume();
    await eventually(allDecided);
  });

  it("decides an account though the database fails for another, and waits for both", async () => {
    await pending(2);
    const { worker, store } = task();
    vi.spyOn(store, "next").mockRejectedValueOnce(new DatabaseUnavailable(undefined));
    fraud.behaviour = (question, response) => {
      setTimeout(() => {
        decide(question, response);
      }, 200);
    };
    assert.equal(await worker.round(), 1);
    assert.deepEqual((await rows()).map(({ status }) => status).sort(), ["approved", "pending"]);
  });

  it("outlives an outage of the database", async (t) => {
    const own = await Postgres.own();
    t.onTestFinished(() => own.crash());
    postgres = own;
    settings = await own.database();
    const warn = vi.spyOn(log, "warn");
    t.onTestFinished(() => {
      warn.mockRestore();
    });
    const { worker } = task();
    worker.start();
    await own.crash();
    const failed = "pending transactions cannot be looked after";
    await eventually(() => warn.mock.calls.some((call) => call.includes(failed)));
    await own.resume();
    await pending(3);
    await eventually(allDecided);
  });

  it("finishes the rows in its hands when it is stopped, and takes no more", async () => {
    await pending(50);
    fraud.behaviour = (question, response) => {
      setTimeout(() => {
        decide(question, response);
      }, 300);
    };
    const { worker } = task();
    worker.start();
    await eventually(() => fraud.questions.length > 0);
    await worker.stop();
    const decided = (await rows()).filter(({ status }) => status !== "pending");
    assert.equal(decided.length, asked());
    assert.ok(decided.length <= 4);
  });
});
