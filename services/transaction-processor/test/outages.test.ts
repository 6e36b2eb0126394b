import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterAll, describe, it } from "vitest";
import { application } from "./application.js";
import { Postgres } from "./postgres.js";
import { body, TestApp } from "./support.js";
import { eventually } from "./wait.js";

const postgres = await Postgres.own();
afterAll(() => postgres.crash());
const { app, database } = await application(postgres);

const bodies = (count: number) => Promise.all(Array.from({ length: count }, () => app.body()));

describe("without its database the service", () => {
  it("that has none configured is healthy, and answers 503 for all else", async () => {
    const alone = await TestApp.build(undefined);
    assert.deepEqual((await alone.get("/health")).json, { status: "healthy" });
    for (const { status, json, headers } of [
      await alone.get("/ready"),
      await alone.post(body()),
      await alone.get(`/v1/transactions/${randomUUID()}`),
      await alone.get(`/v1/transactions?accountId=${randomUUID()}`),
      await alone.get(`/v1/transactions/summary?accountId=${randomUUID()}`),
    ]) {
      assert.equal(status, 503);
      assert.equal(json["detail"], "no database is configured");
      assert.equal(headers["retry-after"], "1");
    }
    await alone.end();
  });

  it("says why within 2 s, and takes transactions again when it is back", async () => {
    await postgres.crash();
    const took: number[] = [];
    for (let times = 0; times < 3; times++) {
      const started = performance.now();
      const ready = await app.get("/ready");
      took.push(performance.now() - started);
      assert.equal(ready.status, 503);
      assert.equal(ready.json["detail"], "the database refuses connections");
    }
    // The shortest, for a busy machine may pause in any of them.
    assert.ok(Math.min(...took) < 2000, took.join());
    const refused = await app.post(body());
    assert.equal(refused.status, 503);
    assert.equal(refused.headers["retry-after"], "1");
    assert.equal((await app.get("/health")).status, 200);
    await postgres.resume();
    assert.equal((await app.get("/ready")).status, 200);
    assert.equal((await app.post(await app.body())).status, 201);
  });

  it("hides a restart of the database that it does not meet", async () => {
    const given = await bodies(3);
    await Promise.all(given.map((each) => app.post(each)));
    await postgres.crash();
    await postgres.resume();
    const answers = await Promise.all(given.map((each) => app.post(each)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201],
    );
  });

  it("repeats a statement whose connection is taken away", async () => {
    const given = await app.body();
    const unlock = await postgres.lock(database.name);
    const key = randomUUID();
    const taken = app.post(given, key);
    await eventually(async () => (await postgres.waiting(database.name)) === 1);
    const ended = await postgres.query(
      database.name,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'transaction-processor' AND state = 'active'`,
    );
    assert.equal(ended.length, 1);
    await unlock();
    assert.equal((await taken).status, 201);
    assert.deepEqual((await app.post(given, key)).json, (await taken).json);
  });

  it("survives that the server dies under a statement", async () => {
    const given = await bodies(2);
    await postgres.lock(database.name);
    const taken = Promise.all(given.map((each) => app.post(each)));
    await eventually(async () => (await postgres.waiting(database.name)) === 2);
    await postgres.crash();
    assert.deepEqual(
      (await taken).map(({ status }) => status),
      [503, 503],
    );
    await postgres.resume();
    assert.equal((await app.post(await app.body())).status, 201);
  });

  it("does not wait for a connection longer than it may", async () => {
    const given = await bodies(12);
    // Takes all of the pool's connections.
    const unlock = await postgres.lock(database.name);
    const started = performance.now();
    const answers = await Promise.all(given.map((each) => app.post(each)));
    // Those that have a connection wait 2 s for the table; in 4 s others would have waited after them.
    assert.ok(performance.now() - started < 4000);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
    assert.equal(answers[0]?.json["detail"], "the database does not answer in time");
    await unlock();
  });
});
