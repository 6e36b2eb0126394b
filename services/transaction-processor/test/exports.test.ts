import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyBaseLogger } from "fastify";
import { beforeEach, describe, it, type TestContext, vi } from "vitest";
import { Database } from "../src/database.js";
import { readExport } from "../src/export-message.js";
import { ExportPublisher } from "../src/export-publisher.js";
import { ExportQueue } from "../src/export-queue.js";
import { ExportStore } from "../src/export-store.js";
import type { DatabaseSettings } from "../src/settings.js";
import { TransactionStore } from "../src/transaction-store.js";
import { FakeSqs } from "./aws/fake-sqs.js";
import { FraudServer } from "./fraud-server.js";
import { Postgres } from "./postgres.js";
import { Service, surroundings } from "./service.js";
import { TestApp } from "./support.js";
import { eventually } from "./wait.js";

const IDENTITY = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};

const postgres = Postgres.shared();
let settings: DatabaseSettings;

beforeEach(async () => {
  settings = await postgres.database();
});

/** The ids of the transactions that are to be exported. */
async function waiting(): Promise<string[]> {
  const rows = await postgres.query<{ id: string }>(
    settings.name,
    "SELECT transaction_id AS id FROM exports ORDER BY position",
  );
  return rows.map(({ id }) => id);
}

/** Transactions, as the image before decides them: it knows nothing of exports. */
async function decided(count: number): Promise<string[]> {
  const rows = await postgres.query<{ id: string }>(
    settings.name,
    `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
       occurred_at, idempotency_key, request_hash, next_attempt_at)
     SELECT gen_random_uuid(), gen_random_uuid(), n, 'EUR', 'DE', '5411', 'the-card', now(),
       gen_random_uuid(), '', now() FROM generate_series(1, ${count}) n RETURNING id`,
  );
  await postgres.query(
    settings.name,
    `UPDATE transactions SET status = 'approved', score = 0, decided_at = clock_timestamp()
     WHERE status = 'pending'`,
  );
  return rows.map(({ id }) => id);
}

describe("a decision that is final", () => {
  it("is to be exported, once, and what is pending is not", async (t) => {
    const fraud = await FraudServer.start();
    const app = await TestApp.build(settings, fraud.url);
    t.onTestFinished(async () => {
      await app.end();
      await fraud.stop();
    });
    const { status, json } = await app.post(await app.body());
    assert.equal(status, 201);
    assert.deepEqual(await waiting(), [json["id"]]);
    await fraud.stop();
    assert.equal((await app.post(await app.body())).status, 202);
    assert.deepEqual(await waiting(), [json["id"]]);
  });

  it("and its export are made both or none", async (t) => {
    const { log } = Fastify();
    const database = new Database(settings, log);
    t.onTestFinished(() => database.close());
    await postgres.query(settings.name, "ALTER TABLE exports ADD CHECK (position > 1)");
    const [id] = await postgres.query<{ id: string }>(
      settings.name,
      `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, idempotency_key, request_hash, next_attempt_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'EUR', 'DE', '5411', 'c', now(), 'k', '',
         now()) RETURNING id`,
    );
    const decision = {
      ...{ score: 0, decision: "approve" as const, reasons: [], rulesVersion: "1" },
    };
    const store = new TransactionStore(database);
    await assert.rejects(store.decide(id?.id ?? "", decision));
    assert.equal((await store.find(id?.id ?? ""))?.transaction.status, "pending");
    assert.ok(await store.decide(id?.id ?? "", decision));
    assert.equal(await store.decide(id?.id ?? "", decision), undefined);
    assert.deepEqual(await waiting(), [id?.id]);
  });

  it("is to be exported even where a task of the image before makes it", async () => {
    const ids = await decided(3);
    assert.deepEqual((await waiting()).toSorted(), ids.toSorted());
  });
});

/** A task's publisher, and its log. */
function task(t: TestContext, sqs: FakeSqs) {
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", sqs.endpoint);
  for (const [name, value] of Object.entries(IDENTITY)) vi.stubEnv(name, value);
  const said: string[] = [];
  const log = {
    warn: (_context: unknown, text: string) => said.push(text),
    info: (text: string) => said.push(text),
    // The publisher writes nothing else.
  } as unknown as FastifyBaseLogger;
  const database = new Database(settings, log);
  const store = new ExportStore(database);
  const queue = new ExportQueue(sqs.queueUrl);
  const publisher = new ExportPublisher(store, queue, log);
  t.onTestFinished(async () => {
    await publisher.stop();
    queue.close();
    await database.close();
    vi.unstubAllEnvs();
  });
  return { publisher, store, said };
}

async function queueOf(t: TestContext): Promise<FakeSqs> {
  const sqs = await FakeSqs.start();
  t.onTestFinished(() => sqs.stop());
  return sqs;
}

const idsOf = (sqs: FakeSqs) => sqs.model.bodies.map((body) => readExport(body).id).toSorted();

/** As if the leases of dead tasks had ended. */
const endLeases = () =>
  postgres.query(settings.name, "UPDATE exports SET held_until = '-infinity'");

describe("the publisher", () => {
  it("sends what the API gives of a transaction, without the card", async (t) => {
    const [sqs, ids] = [await queueOf(t), await decided(1)];
    const { publisher } = task(t, sqs);
    assert.equal(await publisher.round(), 1);
    const [body = ""] = sqs.model.bodies;
    const { accountId, decidedAt, ...rest } = readExport(body);
    assert.match(accountId, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.now() - Date.parse(decidedAt)) < 60_000);
    assert.deepEqual(rest, {
      ...{ schemaVersion: 1, id: ids[0], amount: "1", currency: "EUR", country: "DE" },
      ...{ merchantCategory: "5411", status: "approved" },
    });
    assert.ok(!body.includes("the-card"));
    assert.deepEqual(await waiting(), []);
  });

  it("sends each once from many tasks, ten at a time, and none in vain", async (t) => {
    const [sqs, ids] = [await queueOf(t), await decided(200)];
    const tasks = Array.from({ length: 4 }, () => task(t, sqs));
    for (const { publisher } of tasks) publisher.start();
    await eventually(async () => (await waiting()).length === 0);
    assert.deepEqual(idsOf(sqs), ids.toSorted());
    assert.ok(sqs.count("SendMessageBatch") <= 24, `${sqs.count("SendMessageBatch")} requests`);
  });

  it("keeps all while the queue is away, says so once, and sends it after that", async (t) => {
    const [sqs, ids] = [await queueOf(t), await decided(15)];
    const { publisher, said } = task(t, sqs);
    await sqs.stop();
    for (let times = 0; times < 3; times++) assert.equal(await publisher.round(), 0);
    assert.equal((await waiting()).length, 15);
    assert.deepEqual(said, ["exports wait: they cannot be sent"]);
    // Nobody has to wait for a lease then.
    const held = "SELECT FROM exports WHERE held_until > now()";
    assert.deepEqual(await postgres.query(settings.name, held), []);
    await sqs.resume();
    publisher.start();
    await eventually(async () => (await waiting()).length === 0);
    assert.deepEqual(idsOf(sqs), ids.toSorted());
    assert.deepEqual(said, ["exports wait: they cannot be sent", "exports are sent again"]);
  });

  it("waits longer after each failure", async (t) => {
    const sqs = await queueOf(t);
    await decided(1);
    const { publisher } = task(t, sqs);
    sqs.refuse = () => 403;
    publisher.start();
    await sleep(6000);
    // After 0 s, 1 s to 1.5 s, and 3 s to 4.5 s; the next one after 7 s.
    assert.ok(sqs.count("SendMessageBatch") <= 3, `${sqs.count("SendMessageBatch")} requests`);
  });

  it("keeps what the queue refuses, and is not held up by it", async (t) => {
    const [sqs, ids] = [await queueOf(t), await decided(12)];
    const { publisher } = task(t, sqs);
    const refused = ids[0] ?? assert.fail();
    sqs.refuseEntry = ({ MessageBody }) => MessageBody.includes(refused);
    publisher.start();
    await eventually(async () => (await waiting()).length === 1);
    assert.deepEqual(await waiting(), [refused]);
    sqs.refuseEntry = () => false;
    await endLeases();
    await eventually(async () => (await waiting()).length === 0);
    assert.deepEqual(idsOf(sqs), ids.toSorted());
  });

  it("sends the same again if it dies before it has noted that it was sent", async (t) => {
    const sqs = await queueOf(t);
    await decided(3);
    const dying = task(t, sqs);
    dying.store.delete = () => Promise.reject(new Error("the process is gone"));
    await dying.publisher.round();
    const { publisher } = task(t, sqs);
    assert.equal(await publisher.round(), 0, "it is in another's hands until its lease ends");
    await endLeases();
    assert.equal(await publisher.round(), 3);
    const { bodies } = sqs.model;
    assert.equal(bodies.length, 6);
    assert.deepEqual(bodies.slice(0, 3).toSorted(), bodies.slice(3).toSorted());
  });

  it("ends after the batch that is in its hands", async (t) => {
    const sqs = await queueOf(t);
    await decided(25);
    const { publisher } = task(t, sqs);
    let answer: (status: undefined) => void = () => undefined;
    sqs.refuse = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    publisher.start();
    await eventually(() => sqs.count("SendMessageBatch") === 1);
    const stopped = publisher.stop();
    answer(undefined);
    await stopped;
    assert.equal((await waiting()).length, 15);
    assert.equal(sqs.model.bodies.length, 10);
  });
});

describe.concurrent("the service", () => {
  it("answers as ever while the queue never answers, is healthy, and stops in time", async (t) => {
    const { environment, database } = await surroundings(t);
    const sqs = await queueOf(t);
    sqs.refuse = () => new Promise(() => undefined);
    const service = await Service.start(t, {
      ...{ ...environment, ...IDENTITY, AWS_ENDPOINT_URL: sqs.endpoint },
      EXPORTS_QUEUE_URL: sqs.queueUrl,
    });
    for (let times = 0; times < 3; times++) {
      assert.ok([201, 202].includes((await service.post(await service.body())).status));
    }
    await eventually(() => sqs.count("SendMessageBatch") > 0);
    assert.equal((await service.get("/health")).status, 200);
    assert.equal((await service.get("/ready")).status, 200);
    const { ended } = await service.terminate();
    const { status, seconds } = await ended;
    assert.equal(status, 0);
    assert.ok(seconds < 12, `took ${seconds} s`);
    const rows = await postgres.query(database.name, "SELECT FROM exports");
    assert.ok(rows.length > 0);
  });

  it("keeps its exports without a queue, and sends them once it has one", async (t) => {
    const { environment, database } = await surroundings(t);
    const without = await Service.start(t, environment);
    const key = randomUUID();
    await without.post(await without.body(), key);
    const count = async () => (await postgres.query(database.name, "SELECT FROM exports")).length;
    await eventually(async () => (await count()) === 1);
    await (
      await without.terminate()
    ).ended;
    const sqs = await queueOf(t);
    const withQueue = await Service.start(t, {
      ...{ ...environment, ...IDENTITY, AWS_ENDPOINT_URL: sqs.endpoint },
      EXPORTS_QUEUE_URL: sqs.queueUrl,
    });
    await eventually(async () => (await count()) === 0);
    assert.equal(sqs.model.bodies.length, 1);
    await (
      await withQueue.terminate()
    ).ended;
  });
});
