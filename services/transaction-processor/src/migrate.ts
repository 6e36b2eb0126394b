import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { DatabaseUnavailable, hasNoTls, isUntrusted } from "./database-failure.js";
import { connectionOptions } from "./database.js";
import { migrate, readMigrations } from "./migrations.js";
import { loadDatabaseSettings, type DatabaseSettings } from "./settings.js";

const FOLDER = path.join(import.meta.dirname, "..", "migrations");

/** A cluster that wakes up or fails over is waited for; longer, and the deployment shall hear of it. */
const CONNECT_MS = 30_000;

/** Exits 0 when the database is as this image needs it, and 1 with one sentence otherwise. */
try {
  const client = await connect(loadDatabaseSettings(process.env), Date.now() + CONNECT_MS);
  const applied = await migrate(client, await readMigrations(FOLDER));
  await client.end();
  const what = applied.length > 0 ? `applied ${applied.join(", ")}` : "there was nothing to apply";
  console.log(`The database is up to date: ${what}.`);
  process.exit(0);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`The migration failed: ${reason.replace(/\.$/, "")}.`);
  process.exit(1);
}

async function connect(settings: DatabaseSettings, deadline: number): Promise<pg.Client> {
  const options = connectionOptions(settings);
  for (;;) {
    try {
      return await connectOnce(options);
    } catch (error) {
      if (!mayPass(error) || Date.now() > deadline) throw new DatabaseUnavailable(error);
    }
    await sleep(1000);
  }
}

async function connectOnce(options: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ ...options, connectionTimeoutMillis: 5000 });
  // A connection that breaks also fails the query that is on it.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** A wrong login or certificate stays wrong; a server that starts will have started. */
function mayPass(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code?.startsWith("57") ?? false;
  return !hasNoTls(error) && !isUntrusted(error);
}
