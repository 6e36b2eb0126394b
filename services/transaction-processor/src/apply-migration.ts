import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** A migration that cannot be applied; the message is one sentence. */
export class MigrationError extends Error {}

/**
 * Statements that wait for a lock of a whole table have those of the running service wait behind them,
 * which gives one up after 2 s. So they wait for less, and come again.
 */
const LOCK_MS = 500;
const PAUSE_MS = 1000;

/**
 * The first line of a file whose statements run one by one, each of which may run twice: `CREATE INDEX
 * CONCURRENTLY`, and what takes long and locks out nobody. They end with their line and hold no
 * function. All other files run as one transaction, of which no statement may read a large table.
 */
const NO_TRANSACTION = /^-- no-transaction\n/;

/** Applies one file, and keeps that it is applied. What it may wait for others ends at `deadline`. */
export async function applyMigration(
  client: pg.Client,
  migration: Migration,
  deadline: number,
): Promise<void> {
  const alone = NO_TRANSACTION.test(migration.sql);
  for (;;) {
    try {
      await (alone ? runOneByOne(client, migration, deadline) : runAtOnce(client, migration));
      return;
    } catch (error) {
      if (!isLockRefused(error) || Date.now() > deadline) {
        const outcome = alone ? "failed and is not complete" : "failed and was taken back";
        const reason = error instanceof Error ? error.message : String(error);
        throw new MigrationError(`${migration.name} ${outcome}: ${reason}`, { cause: error });
      }
    }
    await sleep(PAUSE_MS * (1 + Math.random() / 2));
  }
}

async function runAtOnce(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_MS}`);
    await client.query(migration.sql);
    await keep(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function runOneByOne(client: pg.Client, migration: Migration, deadline: number) {
  await client.query(`SET lock_timeout = ${Math.max(LOCK_MS, deadline - Date.now())}`);
  await dropUnfinishedIndexes(client);
  for (const statement of migration.sql.split(/;\n/)) await client.query(statement);
  await keep(client, migration);
}

/** What a `CREATE INDEX CONCURRENTLY` leaves that fails: `IF NOT EXISTS` would take it for the index. */
async function dropUnfinishedIndexes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON oid = indexrelid
     WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX CONCURRENTLY ${name}`);
}

async function keep(client: pg.Client, { name, checksum }: Migration): Promise<void> {
  await client.query("INSERT INTO migrations (name, checksum) VALUES ($1, $2)", [name, checksum]);
}

/** In time, or at all, where two wait for each other. */
function isLockRefused(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ["55P03", "40P01"].includes(error.code ?? "");
}
