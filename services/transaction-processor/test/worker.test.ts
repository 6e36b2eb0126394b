import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify from "fastify";
import { afterAll, beforeEach, describe, it, vi } from "vitest";
import { Database } from "../src/database.js";
import { FraudDetection } from "../src/fraud-detection.js";
import type { Decision } from "../src/schemas/decision.js";
import type { DatabaseSettings } from "../src/settings.js";
import { TransactionStore } from "../src/transaction-store.js";
import { Worker } from "../src/worker.js";
import { answer, decide, FraudServer } from "./fraud-server.js";
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

  constructor(settings: DatabaseSettings, url: string) {
    this.database = new Database(settings, log);
    this.fraudDetection = new FraudDetection(url, log);
    this.store = new TransactionStore(this.database);
    this.worker = new Worker(this.store, this.fraudDetection, log);
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
  const pending = (count: number) =>
    postgres.query(
      settings.name,
      `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, idempotency_key, request_hash, answered, next_attempt_at)
       SELECT gen_random_uuid(), gen_random_uuid(), n, 'EUR', 'DE', '5411', 'c', now(),
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
      assert.deepEqual([status, answered, attempts], ["approved", 202, 1]);
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
    assert.equal(fraud.questions.length, 200);
    assert.ok((await rows()).every(({ attempts }) => attempts === 1));
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

  it("takes no row that is in other hands", async () => {
    await pending(2);
    const [one, other] = [task(), task()];
    assert.equal((await one.store.claim(2)).length, 2);
    assert.equal(await other.worker.round(), 0);
    assert.equal(fraud.questions.length, 0);
  });

  it("gives no row to two tasks that take at once", async () => {
    await pending(400);
    const stores = [task().store, task().store, task().store];
    await Promise.all(stores.map((store) => store.claim(0)));
    const taken: string[] = [];
    for (let round = 0; round < 10; round++) {
      const claims = await Promise.all(stores.map((store) => store.claim(10)));
      taken.push(...claims.flat().map(({ transaction }) => transaction.id));
    }
    assert.equal(taken.length, 300);
    assert.equal(new Set(taken).size, 300);
  });

  it("takes the rows of a task that died when their lease ends", async () => {
    await pending(1);
    await task().store.claim(1);
    await postgres.query(settings.name, "UPDATE transactions SET next_attempt_at = now()");
    assert.equal(await task().worker.round(), 1);
    assert.deepEqual(await statuses(), new Set(["approved"]));
  });

  it("waits longer after each failure, and much longer where a row is refused", async () => {
    await pending(1);
    const { worker } = task();
    fraud.behaviour = (_question, response) => {
      answer(response, 400, {});
    };
    for (let round = 0; round < 3; round++) {
      const { least, most } = await waitAfterRound(worker);
      assert.ok(most >= 2 ** round && least <= 1.5 * 2 ** round, `${least} to ${most} s`);
    }
    await postgres.query(settings.name, "UPDATE transactions SET attempts = 30");
    assert.ok((await waitAfterRound(worker)).most >= 300);
    fraud.behaviour = (_question, response) => {
      answer(response, 500, {});
    };
    assert.ok((await waitAfterRound(worker)).least <= 15);
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
    while (fraudDetection.isWell) await fraudDetection.score(transaction, []).catch(() => 0);
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
    assert.equal(decided.length, fraud.questions.length);
    assert.equal((await rows()).filter(({ waits }) => waits).length, decided.length);
    assert.ok(decided.length <= 4);
  });
});
