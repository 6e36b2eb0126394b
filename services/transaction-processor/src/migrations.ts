import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Client } from "pg";

/** Any number that no other user of the same database takes. */
const LOCK = 20_261_122;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** A migration that cannot be applied; the message is one sentence. */
export class MigrationError extends Error {}

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
 * Applies what is not applied yet, each file in a transaction of its own, and says which. Of several
 * that start at once one does the work, and the others find it done. Own code, because
 * node-pg-migrate does not notice that an applied file was changed.
 */
export async function migrate(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  // Of the session: it is let go with the connection, whatever happens.
  await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
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
  for (const migration of due) await apply(client, migration);
  return due.map(({ name }) => name);
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(sql);
    await client.query("INSERT INTO migrations (name, checksum) VALUES ($1, $2)", [name, checksum]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`${name} failed and was taken back: ${reason}`, { cause: error });
  }
}
