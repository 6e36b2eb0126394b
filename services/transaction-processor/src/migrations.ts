import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { applyMigration, MigrationError, type Migration } from "./apply-migration.js";

/** Any number that no other user of the same database takes. */
const LOCK = 20_261_122;

/** For another task's migration, and for tables that are in use, in all. */
const WAIT_MS = 60_000;
/** Between two looks whether another task's migration has ended. */
const LOOK_MS = 250;

/** Reads the SQL files of a folder in the order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * Applies what is not applied yet, file by file, while the service runs, and says which. Of several
 * that start at once one does the work, and the others find it done. Own code, because
 * node-pg-migrate does not notice that an applied file was changed.
 */
export async function migrate(
  client: Client,
  migrations: readonly Migration[],
  waitMs = WAIT_MS,
): Promise<string[]> {
  const deadline = Date.now() + waitMs;
  await lock(client, deadline);
  await client.query(
    `CREATE TABLE IF NOT EXISTS migrations (
       name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ name: string; checksum: string }>(
    "SELECT name, checksum FROM migrations",
  );
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  // All of them before the first is applied. One that this image does not know is from a newer
  // image, and is left alone: going back to the older one must work.
  for (const { name, checksum } of migrations) {
    if ((applied.get(name) ?? checksum) !== checksum) {
      throw new MigrationError(`${name} was changed after it had been applied`);
    }
  }
  const due = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of due) await applyMigration(client, migration, deadline);
  return due.map(({ name }) => name);
}

/**
 * Of the session: it is let go with the connection, whatever happens. Asked for again and again,
 * because an index that is built beside the service waits for every statement that runs, and would
 * wait for one that waits for this lock.
 */
async function lock(client: Client, deadline: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      "SELECT pg_try_advisory_lock($1) AS locked",
      [LOCK],
    );
    if (rows[0]?.locked) return;
    if (Date.now() > deadline) throw new MigrationError("another migration runs and does not end");
    await sleep(LOOK_MS);
  }
}
