import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import path from "node:path";
import Fastify from "fastify";
import pg from "pg";
import { beforeAll, beforeEach, describe, it, type TestContext } from "vitest";
import { AccountStore } from "../src/account-store.js";
import { MigrationError, type Migration } from "../src/apply-migration.js";
import { Database } from "../src/database.js";
import { migrate, readMigrations } from "../src/migrations.js";
import type { DatabaseSettings } from "../src/settings.js";
import { TransactionStore } from "../src/transaction-store.js";
import { Postgres } from "./postgres.js";
import { ROOT } from "./root.js";
import { eventually } from "./wait.js";

const postgres = Postgres.shared();

/** What the service gives a statement. */
const STATEMENT_MS = 2000;

/** A migration that is as good as any, with a name that comes after those of the service. */
const made = (sql: string): Migration => ({ name: "9999_made.sql", sql, checksum: "1" });

let shipped: readonly Migration[];
let database: DatabaseSettings;

beforeAll(async () => {
  shipped = await readMigrations(path.join(ROOT, "migrations"));
});
beforeEach(async () => {
  database = await postgres.database({ migrated: false });
  await run(shipped.slice(0, 1));
});

async function connected(options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ ...database, database: database.name, ...options });
  await client.connect();
  return client;
}

async function run(migrations: readonly Migration[], waitMs?: number): Promise<string[]> {
  const client = await connected();
  try {
    return await migrate(client, migrations, waitMs);
  } finally {
    await client.end();
  }
}

/** As the image from before callers does it. */
const INSERT = `INSERT INTO transactions (id, created_at, account_id, amount, currency, country,
     merchant_category, card, occurred_at, idempotency_key, request_hash, next_attempt_at)
   VALUES (gen_random_uuid(), now() - $3 * interval '1 h', $1, 1, 'EUR', 'DE', '5411', 'c', now(), $2,
     '', now()) ON CONFLICT DO NOTHING RETURNING idempotency_key AS key`;

async function insert(accountId: string, key: string, ageHours = 0): Promise<unknown[]> {
  const client = await connected({ statement_timeout: STATEMENT_MS });
  try {
    return (await client.query<{ key: string }>(INSERT, [accountId, key, ageHours])).rows;
  } finally {
    await client.end();
  }
}

/** A transaction that has written to the table, and does not come to its end before the test does. */
async function unfinishedWrite(t: TestContext): Promise<pg.Client> {
  const client = await connected();
  t.onTestFinished(() => client.end());
  await client.query("BEGIN");
  await client.query(INSERT, [randomUUID(), randomUUID(), 0]);
  return client;
}

describe("a migration, while the service runs", () => {
  it.for(["", "-- no-transaction\n"])("holds nobody up while it waits (%j)", async (kind, t) => {
    const writing = await unfinishedWrite(t);
    const statement = kind
      ? "CREATE INDEX CONCURRENTLY x ON transactions (amount);\n"
      : "ALTER TABLE transactions ADD COLUMN x int;";
    const running = run([...shipped.slice(0, 1), made(kind + statement)]);
    await eventually(async () => (await waitingForLocks()) > 0);
    for (let times = 0; times < 30; times++) await insert(randomUUID(), randomUUID());
    await writing.query("COMMIT");
    assert.deepEqual(await running, ["9999_made.sql"]);
  });

  it("is given up when its lock is not to be had in time", async (t) => {
    await unfinishedWrite(t);
    const altering = run([made("ALTER TABLE transactions ADD COLUMN x int")], 100);
    await assert.rejects(
      altering,
      new MigrationError(
        "9999_made.sql failed and was taken back: canceling statement due to lock timeout",
      ),
    );
  });

  it("waits no longer than that for another one", async (t) => {
    const other = await connected();
    t.onTestFinished(() => other.end());
    await other.query("SELECT pg_advisory_lock(20261122)");
    await assert.rejects(
      run(shipped, 100),
      new MigrationError("another migration runs and does not end"),
    );
  });

  it("builds its indexes though others wait for it", async () => {
    const index = made(
      "-- no-transaction\nCREATE INDEX CONCURRENTLY x ON transactions (amount);\n",
    );
    // Long enough for the others to come, and to wait.
    const first = { ...made("SELECT pg_sleep(1)"), name: "9998_first.sql" };
    const all = await Promise.all(Array.from({ length: 4 }, () => run([first, index])));
    assert.deepEqual(all.map((applied) => applied.length).sort(), [0, 0, 0, 2]);
  });

  it("builds an index again that a former attempt left unfinished", async () => {
    for (const key of ["a", "b"]) await insert(randomUUID(), key);
    const index = made(
      "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS x ON transactions (amount);\n",
    );
    await assert.rejects(
      run([index]),
      new MigrationError(
        '9999_made.sql failed and is not complete: could not create unique index "x"',
      ),
    );
    await postgres.query(database.name, "DELETE FROM transactions WHERE idempotency_key = 'a'");
    assert.deepEqual(await run([index]), ["9999_made.sql"]);
    const valid = await postgres.query(
      database.name,
      "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'x'::regclass",
    );
    assert.deepEqual(valid, [{ valid: true }]);
  });
});

/** Statements of migrations: the tests' own never wait. */
async function waitingForLocks(): Promise<number> {
  const rows = await postgres.query(
    database.name,
    `SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN
       (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
  );
  return rows.length;
}

describe("the service's migrations", () => {
  it("read and change no row while they lock a table of the image before", async () => {
    for (let n = 0; n < 100; n++) await insert(randomUUID(), `key-${n}`);
    for (const migration of shipped.slice(1)) {
      if (!migration.sql.startsWith("-- no-transaction\n")) {
        assert.deepEqual(await touchedBy(migration.sql), [], migration.name);
      }
      await run(shipped.slice(0, shipped.indexOf(migration) + 1));
    }
  });

  it("leave what was taken before as it is, and first in its account", async (t) => {
    const [one, other] = [randomUUID(), randomUUID()];
    await insert(one, "newer", 1);
    await insert(one, "older", 2);
    await insert(other, "single", 3);
    assert.equal((await run(shipped)).length, shipped.length - 1);
    // The former image, which still runs: its keys are unique, and its rows are numbered.
    assert.deepEqual(await insert(one, "newer"), []);
    // Of a time that is too early: a clock went back.
    assert.deepEqual(await insert(one, "numbered", 9), [{ key: "numbered" }]);
    const numbers = await postgres.query(
      database.name,
      "SELECT idempotency_key AS key, sequence::integer FROM transactions ORDER BY sequence, key",
    );
    assert.deepEqual(numbers, [
      { key: "newer", sequence: 0 },
      { key: "older", sequence: 0 },
      { key: "single", sequence: 0 },
      // A key that is used again takes a number, too.
      { key: "numbered", sequence: 2 },
    ]);
    assert.deepEqual(await decidedInTurn(t, one), ["older", "newer", "numbered"]);
  });

  it("let an account of before be its owner's, with the keys of its transactions", async (t) => {
    const account = randomUUID();
    await insert(account, "old");
    await run(shipped);
    const ledger = open(t);
    const accounts = new AccountStore(ledger);
    assert.equal((await accounts.find(account))?.owner, null);
    assert.equal((await accounts.open(account, "alice", { currency: "EUR" }))?.owner, "alice");
    const store = new TransactionStore(ledger);
    assert.ok(await store.findByKey("alice", "old"));
    const candidate = { ...CANDIDATE, id: randomUUID(), accountId: account };
    assert.equal(await store.insert(candidate, "alice", "old", Buffer.from("")), undefined);
    assert.ok(await store.insert(candidate, "alice", "new", Buffer.from("")));
    // Back to the former image.
    assert.deepEqual(await insert(account, "new"), []);
    assert.deepEqual(await insert(account, "newest"), [{ key: "newest" }]);
    assert.ok(await store.findByKey("alice", "newest"));
  });
});

/** The tables that were there before, of which the statements read or change a row. */
async function touchedBy(sql: string): Promise<string[]> {
  // A new one, which has counted nothing yet.
  const client = await connected();
  await client.query("BEGIN");
  const before = await client.query<{ oid: number }>(
    "SELECT relid AS oid FROM pg_stat_user_tables WHERE relname <> 'migrations'",
  );
  await client.query(sql);
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_stat_xact_user_tables
     WHERE relid = ANY ($1) AND seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del > 0`,
    [before.rows.map(({ oid }) => oid)],
  );
  await client.end();
  return rows.map(({ name }) => name);
}

const CANDIDATE = {
  ...{ amount: 1, currency: "EUR", country: "DE", merchantCategory: "5411", card: "c" },
  occurredAt: "2026-01-01T00:00:00.000Z",
};

const { log } = Fastify();

function open(t: TestContext): Database {
  const opened = new Database(database, log);
  t.onTestFinished(() => opened.close());
  return opened;
}

/** The keys of the account's transactions, as a holder gets them one after the other. */
async function decidedInTurn(t: TestContext, accountId: string): Promise<string[]> {
  const store = new TransactionStore(open(t));
  const [hold, keys] = [{ accountId, holder: randomUUID() }, new Array<string>()];
  for (;;) {
    const next = await store.next(hold);
    if (!next) return keys;
    const { id } = next.head.transaction;
    assert.deepEqual(next.past.length, keys.length);
    const [row] = await postgres.query<{ key: string }>(
      database.name,
      `SELECT idempotency_key AS key FROM transactions WHERE id = '${id}'`,
    );
    keys.push(row?.key ?? assert.fail());
    await store.decide(id, { score: 0, decision: "approve", reasons: [], rulesVersion: "test" });
  }
}
