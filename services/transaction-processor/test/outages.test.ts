import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterAll, describe, it } from "vitest";
import { application } from "./application.js";
import { Postgres } from "./postgres.js";
import { body, TestApp, type Answer } from "./support.js";
import { eventually } from "./wait.js";

const postgres = await Postgres.own();
afterAll(() => postgres.crash());
const { app, database } = await application(postgres);

/** Whether all of the statements wait for a lock at once; if not, they have their answers by now. */
async function allWait(taken: Promise<unknown>, count: number): Promise<boolean> {
  let ended = false;
  void taken.finally(() => (ended = true));
  let waiting = 0;
  await eventually(async () => {
    waiting = await postgres.waiting(database.name);
    return ended || waiting === count;
  });
  return waiting === count;
}

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
    const key = randomUUID();
    // By the statement itself, once: whoever looks for it from outside may come after its 2 s.
    await postgres.query(
      database.name,
      `CREATE SEQUENCE inserts;
       CREATE FUNCTION end_first_insert() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF nextval('inserts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
         RETURN NEW;
       END $$;
       CREATE TRIGGER end_first_insert BEFORE INSERT ON transactions
         FOR EACH ROW EXECUTE FUNCTION end_first_insert()`,
    );
    const taken = await app.post(given, key);
    assert.equal(taken.status, 201);
    const tried = "SELECT last_value::integer AS inserts FROM inserts";
    assert.deepEqual(await postgres.query(database.name, tried), [{ inserts: 2 }]);
    assert.deepEqual((await app.post(given, key)).json, taken.json);
  });

  it("survives that the server dies under a statement", async () => {
    const given = await bodies(2);
    await postgres.lock(database.name);
    let taken: Promise<Answer[]> | undefined;
    // Again, where a busy machine finds them only when the server has given them up, after 2 s.
    await eventually(() => {
      taken = Promise.all(given.map((each) => app.post(each)));
      return allWait(taken, given.length);
    });
    await postgres.crash();
    assert.deepEqual(
      (await taken)?.map(({ status }) => status),
      [503, 503],
    );
    await postgres.resume();
    assert.equal((await app.post(await app.body())).status, 201);
  });

  it("does not wait for a connection longer than it may", async () => {
    const accountId = await app.account();
    const given = Array.from({ length: 60 }, () => body({ accountId }));
    // Takes all of the pool's connections.
    const unlock = await postgres.lock(database.name);
    const started = performance.now();
    const answers = await Promise.all(given.map((each) => app.post(each)));
    // Those that have a connection wait 2 s for the table. If the others waited for theirs, five after
    // five, that would be 24 s.
    const took = performance.now() - started;
    assert.ok(took < 12_000, `took ${took} ms`);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
    assert.equal(answers[0]?.json["detail"], "the database does not answer in time");
    await unlock();
  });
});
