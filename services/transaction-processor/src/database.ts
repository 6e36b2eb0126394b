import tls from "node:tls";
import pg from "pg";
import type { FastifyBaseLogger } from "fastify";
import { DatabaseUnavailable, NO_ANSWER, isTimeout } from "./database-failure.js";
import type { DatabaseSettings } from "./settings.js";

/** Aurora has many tasks of several services to serve; a statement here takes milliseconds. */
const MAX_CONNECTIONS = 5;

/** From asking for a connection to having one. A readiness check may take 2 s in all. */
const CONNECT_MS = 1500;
const CHECK_MS = 1800;

/** The server gives a statement up first: it then says so, and the connection stays of use. */
const STATEMENT_MS = 2000;
const ANSWER_MS = 2500;

/** A pool whose every wait has a limit, and whose broken connections are not used twice. */
export class Database {
  readonly #pool: pg.Pool;

  constructor(settings: DatabaseSettings, log: FastifyBaseLogger) {
    this.#pool = new pg.Pool({
      ...connectionOptions(settings),
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: ANSWER_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
      // None is kept for its own sake, so that an idle Aurora Serverless may scale down.
      idleTimeoutMillis: 10_000,
      // A name that has moved to another writer is found even if nothing ever fails.
      maxLifetimeSeconds: 300,
    });
    // Without listeners a connection that breaks would end the process: the pool hears of idle ones
    // only, and the failure of a query does not count as heard.
    this.#pool.on("error", (error) => {
      log.warn({ err: error }, "an idle connection to the database broke");
    });
    this.#pool.on("connect", (client) => {
      client.on("error", () => undefined);
    });
  }

  /** Runs one statement; again where its connection was lost, for each of them is safe to repeat. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    // After a failover all that lies in the pool may be broken; the one after that is new.
    for (let left = MAX_CONNECTIONS; ; left--) {
      try {
        return await this.#queryOnce<Row>(text, values);
      } catch (error) {
        if (!(error instanceof ConnectionLost) || left === 0) throw error;
      }
    }
  }

  /** Throws `DatabaseUnavailable` unless the database answers now. */
  async check(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new DatabaseUnavailable(undefined, NO_ANSWER));
      }, CHECK_MS);
    });
    try {
      await Promise.race([this.query("SELECT 1"), limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #queryOnce<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const client = await this.#connect();
    try {
      const { rows } = await client.query<Row>(text, values);
      client.release();
      return rows;
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? (error.code ?? "") : undefined;
      const lost = code === undefined || LOST.test(code);
      client.release(lost);
      if (code === "57014" || isTimeout(error)) throw new DatabaseUnavailable(error);
      throw lost ? new ConnectionLost(error) : error;
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw new DatabaseUnavailable(error);
    }
  }
}

/** Connection failures, a server that goes down, and a former writer that only reads since. */
const LOST = /^(08|57P|25006)/;

class ConnectionLost extends DatabaseUnavailable {}

/** What every connection of this service has in common. */
export function connectionOptions(settings: DatabaseSettings): pg.ClientConfig {
  return {
    host: settings.host,
    port: settings.port,
    database: settings.name,
    user: settings.user,
    password: settings.password,
    // As libpq understands `verify-full`: before anything else is sent, the server has to show a
    // certificate for this host from one of these authorities, and from no other of the system's.
    ssl: {
      ca: settings.ca,
      rejectUnauthorized: true,
      // For an address the driver passes no name on, and Node.js would compare with "localhost".
      checkServerIdentity: (_name, certificate) =>
        tls.checkServerIdentity(settings.host, certificate),
    },
    keepAlive: true,
    application_name: "transaction-processor",
  };
}
