import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, it } from "vitest";
import { MigrationError } from "../src/apply-migration.js";
import { migrate, readMigrations } from "../src/migrations.js";
import type { DatabaseSettings } from "../src/settings.js";
import { command, environmentOf } from "./migration-command.js";
import { PASSWORD, Postgres } from "./postgres.js";
import { ROOT } from "./root.js";

const first = { name: "0001_a.sql", sql: "CREATE TABLE a (x int)", checksum: "1" };
const second = { name: "0002_b.sql", sql: "CREATE TABLE b (x int)", checksum: "2" };

const SHIPPED = [
  "0001_transactions.sql",
  "0002_accounts.sql",
  "0003_order_and_keys.sql",
  "0004_keys_of_callers.sql",
  "0005_exports.sql",
  "0006_approved_in_order.sql",
];

const postgres = Postgres.shared();

async function tables(database: DatabaseSettings): Promise<string[]> {
  const rows = await postgres.query<{ tablename: string }>(
    database.name,
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  return rows.map(({ tablename }) => tablename);
}

describe("migrations", () => {
  let database: DatabaseSettings;
  const run = async (...migrations: (typeof first)[]) => {
    const client = new pg.Client({ ...database, database: database.name });
    await client.connect();
    try {
      return await migrate(client, migrations);
    } finally {
      await client.end();
    }
  };

  it("are applied in order, and once", async () => {
    database = await postgres.database({ migrated: false });
    assert.deepEqual(await run(first), ["0001_a.sql"]);
    assert.deepEqual(await run(first, second), ["0002_b.sql"]);
    assert.deepEqual(await run(first, second), []);
    assert.deepEqual(await tables(database), ["a", "b", "migrations"]);
  });

  it("are left alone by an older image", async () => {
    assert.deepEqual(await run(first), []);
  });

  it("must not change after they were applied", async () => {
    const changed = { ...first, checksum: "changed" };
    const third = { ...first, name: "0003_c.sql" };
    await assert.rejects(
      run(changed, second, third),
      new MigrationError("0001_a.sql was changed after it had been applied"),
    );
    assert.deepEqual(await tables(database), ["a", "b", "migrations"]);
  });

  it("are taken back where they fail, and the ones before stay", async () => {
    database = await postgres.database({ migrated: false });
    const failing = { ...second, sql: `${second.sql}; CREATE TABLE a (x int)` };
    await assert.rejects(
      run(first, failing),
      new MigrationError('0002_b.sql failed and was taken back: relation "a" already exists'),
    );
    assert.deepEqual(await tables(database), ["a", "migrations"]);
    assert.deepEqual(await run(first, second), ["0002_b.sql"]);
  });

  it("are taken back where only their record fails", async () => {
    database = await postgres.database({ migrated: false });
    const sql = `${second.sql}; ALTER TABLE migrations RENAME TO elsewhere`;
    await assert.rejects(run(first, { ...second, sql }), MigrationError);
    assert.deepEqual(await tables(database), ["a", "migrations"]);
  });

  it("are applied by one of many that start at once", async () => {
    database = await postgres.database({ migrated: false });
    const slow = { ...first, sql: `${first.sql}; SELECT pg_sleep(0.3)` };
    const applied = await Promise.all(Array.from({ length: 5 }, () => run(slow, second)));
    assert.deepEqual(applied.map((names) => names.length).sort(), [0, 0, 0, 0, 2]);
  });

  it("of this service have a checksum of their content", async () => {
    const [migration] = await readMigrations(path.join(ROOT, "migrations"));
    assert.equal(migration?.name, "0001_transactions.sql");
    assert.match(migration.checksum, /^[0-9a-f]{64}$/);
  });
});

describe("the migration command", () => {
  it("exits 0 with a sentence, from two tasks at once and once more", async () => {
    const database = await postgres.database({ migrated: false });
    const environment = environmentOf(database);
    const both = await Promise.all([command(environment), command(environment)]);
    assert.deepEqual(both.map(({ output }) => output).sort(), [
      `The database is up to date: applied ${SHIPPED.join(", ")}.\n`,
      "The database is up to date: there was nothing to apply.\n",
    ]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [0, 0],
    );
    assert.deepEqual(await tables(database), ["accounts", "exports", "migrations", "transactions"]);
  });

  it("exits 1 with a sentence without settings, verification, or the database", async () => {
    const database = await postgres.database({ migrated: false });
    const environment = environmentOf(database);
    for (const [given, sentence] of [
      [{}, /^The migration failed: no database is configured\.\n$/],
      [
        { ...environment, DATABASE_SSLMODE: "require" },
        /^The migration failed: DATABASE_SSLMODE must be one of verify-full, got "require"\.\n$/,
      ],
      [
        { ...environment, DATABASE_NAME: "nowhere" },
        /^The migration failed: the database does not know the database name\.\n$/,
      ],
    ] as const) {
      const { status, output } = await command(given);
      assert.match(output, sentence);
      assert.equal(status, 1);
      assert.ok(!output.includes(PASSWORD));
    }
  });

  it("waits for a server that is not there yet", async (t) => {
    const own = await Postgres.own();
    t.onTestFinished(() => own.crash());
    const database = await own.database({ migrated: false });
    await own.crash();
    const running = command(environmentOf(database));
    await sleep(1500);
    await own.resume();
    assert.equal((await running).status, 0);
  });
});
