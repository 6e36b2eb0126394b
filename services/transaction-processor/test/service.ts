import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { TestContext } from "vitest";
import { FraudServer } from "./fraud-server.js";
import { Issuer } from "./identity/issuer.js";
import { environmentOf } from "./migration-command.js";
import { freePort } from "./net.js";
import { Postgres } from "./postgres.js";
import { ROOT } from "./root.js";
import type { DatabaseSettings } from "../src/settings.js";
import { body } from "./support.js";
import { eventually } from "./wait.js";

interface Exit {
  readonly status: number | null;
  readonly seconds: number;
}

/** The service as the image starts it. */
export class Service {
  output = "";
  readonly #closed: Promise<unknown>;

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => (this.output += String(text)));
    }
    // When all that it wrote has arrived, too.
    this.#closed = once(child, "close");
  }

  static async start(t: TestContext, environment: Record<string, string>): Promise<Service> {
    const port = await freePort();
    const service = new Service(
      spawn(process.execPath, ["dist/server.js"], {
        cwd: ROOT,
        env: { PATH: process.env["PATH"], PORT: String(port), ...environment },
      }),
      port,
    );
    t.onTestFinished(() => {
      service.child.kill("SIGKILL");
    });
    await service.#writes("Server listening");
    await service.get("/health");
    // As the platform does, which sends nobody to a task that is not ready.
    if (environment["DATABASE_HOST"]) {
      await eventually(async () => (await service.get("/ready")).status === 200);
    }
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}${path}`, { headers: { connection: "close" } });
    return { status: response.status, text: await response.text() };
  }

  async post(given: unknown, key: string = randomUUID()) {
    return this.#send("POST", "/v1/transactions", given, { "idempotency-key": key });
  }

  /** A transaction of a new account, or of the one that is given. */
  async body(overrides: Record<string, unknown> = {}) {
    const accountId = overrides["accountId"] ?? (await this.account());
    return body({ accountId, ...overrides });
  }

  /** A new one. Asked for again after a 503: on a busy machine one of the service's limits may pass. */
  async account(): Promise<string> {
    const id = randomUUID();
    await eventually(async () => {
      const { status } = await this.#send("PUT", `/v1/accounts/${id}`, { currency: "EUR" });
      assert.ok([200, 201, 503].includes(status), `answered ${status}`);
      return status !== 503;
    });
    return id;
  }

  async #send(method: string, path: string, given: unknown, more: Record<string, string> = {}) {
    const authorization = await (await Issuer.shared()).authorization();
    const headers = { authorization, "content-type": "application/json", connection: "close" };
    const response = await fetch(`${this.url}${path}`, {
      ...{ method, headers: { ...headers, ...more }, body: JSON.stringify(given) },
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  }

  /** Sends SIGTERM, and comes back when the process has heard of it. */
  async terminate(): Promise<{ readonly since: number; readonly ended: Promise<Exit> }> {
    const since = performance.now();
    this.child.kill("SIGTERM");
    const ended = this.#closed.then(() => ({
      status: this.child.exitCode,
      seconds: (performance.now() - since) / 1000,
    }));
    await this.#writes('"stopping"');
    return { since, ended };
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#closed;
  }

  get lines(): Record<string, unknown>[] {
    return this.output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async #writes(text: string): Promise<void> {
    await eventually(async () => {
      if (this.output.includes(text)) return true;
      if (this.child.exitCode === null) return false;
      await this.#closed; // its last lines may still be on their way
      assert.ok(this.output.includes(text), `it ended without "${text}": ${this.output}`);
      return true;
    });
  }
}

export interface Surroundings {
  readonly fraud: FraudServer;
  readonly database: DatabaseSettings;
  /** The variables that a service needs. */
  readonly environment: Record<string, string>;
}

/** A database, and a fraud-detection, for a test that runs beside others. */
export async function surroundings(t: TestContext): Promise<Surroundings> {
  const postgres = Postgres.shared();
  const fraud = await FraudServer.start();
  t.onTestFinished(() => fraud.stop());
  const database = await postgres.database();
  const environment = {
    ...(await Issuer.shared()).environment,
    FRAUD_DETECTION_URL: fraud.url,
    DRAIN_SECONDS: "0",
    ...environmentOf(database),
  };
  return { fraud, database, environment };
}
