import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseSettings } from "../src/settings.js";
import { decide, FraudServer } from "./fraud-server.js";
import { freePort } from "./net.js";
import { PASSWORD, Postgres } from "./postgres.js";
import { body } from "./support.js";

const ROOT = path.join(import.meta.dirname, "..");

/** The service as the image starts it, but for the compiler. */
class Service {
  output = "";

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => (this.output += String(text)));
    }
  }

  static async start(t: TestContext, environment: Record<string, string>): Promise<Service> {
    const port = await freePort();
    const service = new Service(
      spawn(process.execPath, ["--import", "tsx", "src/server.ts"], {
        cwd: ROOT,
        env: { PATH: process.env["PATH"], PORT: String(port), ...environment },
      }),
      port,
    );
    t.after(() => service.child.kill("SIGKILL"));
    const deadline = Date.now() + 15_000;
    while (Date.now() < deadline && service.child.exitCode === null) {
      if (await service.get("/health").catch(() => undefined)) return service;
      await sleep(50);
    }
    throw new Error(`it does not start: ${service.output}`);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}${path}`, { headers: { connection: "close" } });
    return { status: response.status, text: await response.text() };
  }

  async post(given: unknown, key: string) {
    const response = await fetch(`${this.url}/v1/transactions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": key,
        connection: "close",
      },
      body: JSON.stringify(given),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  }

  /** The exit status, and the seconds until then. */
  async end(signal: NodeJS.Signals): Promise<[number | null, number]> {
    const started = performance.now();
    const exited = once(this.child, "exit") as Promise<[number | null]>;
    this.child.kill(signal);
    const [status] = await exited;
    return [status, (performance.now() - started) / 1000];
  }

  get lines(): Record<string, unknown>[] {
    return this.output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

let postgres: Postgres;
let fraud: FraudServer;
let database: DatabaseSettings;
let environment: Record<string, string>;

before(async () => {
  postgres = await Postgres.start();
  fraud = await FraudServer.start();
  database = await postgres.database();
  environment = {
    FRAUD_DETECTION_URL: fraud.url,
    DRAIN_SECONDS: "0",
    DATABASE_HOST: "127.0.0.1",
    DATABASE_PORT: String(postgres.port),
    DATABASE_NAME: database.name,
    DATABASE_USER: database.user,
    DATABASE_PASSWORD: PASSWORD,
    DATABASE_SSLMODE: "prefer",
  };
});
after(async () => {
  await fraud.stop();
  await postgres.stop();
});

const slowly: FraudServer["behaviour"] = (question, response) => {
  setTimeout(() => {
    decide(question, response);
  }, 600);
};

describe("the process", () => {
  it("serves without a database, as on the build host, and stops at once", async (t) => {
    const service = await Service.start(t, {
      FRAUD_DETECTION_URL: "http://fraud-detection:8080",
      DRAIN_SECONDS: "0",
    });
    assert.deepEqual(await service.get("/health"), { status: 200, text: '{"status":"healthy"}' });
    const ready = await service.get("/ready");
    assert.equal(ready.status, 503);
    assert.match(ready.text, /no database is configured/);
    assert.equal((await service.post(body(), "key")).status, 503);
    const [status, seconds] = await service.end("SIGTERM");
    assert.equal(status, 0);
    assert.ok(seconds < 2);
  });

  it("does not start with half of its settings, and says what is missing", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", "src/server.ts"], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], DATABASE_HOST: "aurora", DATABASE_PASSWORD: PASSWORD },
    });
    let output = "";
    child.stderr.on("data", (text) => (output += String(text)));
    const [status] = (await once(child, "close")) as [number];
    assert.equal(status, 1);
    assert.equal(
      output,
      "transaction-processor cannot start: FRAUD_DETECTION_URL must be an http or https address, " +
        "such as http://fraud-detection:8080.\n" +
        "transaction-processor cannot start: other DATABASE_ settings are given, " +
        "but not DATABASE_NAME, DATABASE_USER.\n",
    );
  });

  it("finishes what is in flight at SIGTERM", async (t) => {
    const service = await Service.start(t, environment);
    fraud.behaviour = slowly;
    const answer = service.post(body(), randomUUID());
    await sleep(200);
    const ended = service.end("SIGTERM");
    assert.equal((await answer).status, 201);
    const [status, seconds] = await ended;
    assert.equal(status, 0);
    assert.ok(seconds < 2, `took ${seconds} s`);
    fraud.behaviour = decide;
  });

  it("is not ready after SIGTERM, but serves who still comes, and sends them away", async (t) => {
    const service = await Service.start(t, { ...environment, DRAIN_SECONDS: "1" });
    const ended = service.end("SIGTERM");
    await sleep(200);
    const ready = await service.get("/ready");
    assert.equal(ready.status, 503);
    assert.match(ready.text, /is stopping/);
    const response = await fetch(`${service.url}/health`);
    assert.equal(response.headers.get("connection"), "close");
    assert.equal((await service.post(body(), randomUUID())).status, 201);
    const [status, seconds] = await ended;
    assert.equal(status, 0);
    assert.ok(seconds >= 1 && seconds < 3, `took ${seconds} s`);
  });

  it("goes on deciding for all of the drain", async (t) => {
    const service = await Service.start(t, { ...environment, DRAIN_SECONDS: "3" });
    const started = performance.now();
    const ended = service.end("SIGTERM");
    while (performance.now() - started < 2_000) {
      assert.equal((await service.post(body(), randomUUID())).status, 201);
      await sleep(50);
    }
    const [status, seconds] = await ended;
    assert.equal(status, 0);
    assert.ok(seconds >= 3 && seconds < 6, `took ${seconds} s`);
  });

  it("ends within 12 s though a client never ends its request, or keeps a connection", async (t) => {
    const service = await Service.start(t, environment);
    const client = connect(service.port, "127.0.0.1").on("error", () => undefined);
    client.write("POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
    const agent = new Agent({ keepAlive: true });
    httpRequest(`${service.url}/health`, { agent }, (response) => response.resume()).end();
    await sleep(200);
    const [status, seconds] = await service.end("SIGTERM");
    assert.equal(status, 0);
    assert.ok(seconds < 12, `took ${seconds} s`);
    agent.destroy();
    client.destroy();
  });

  it("that is killed in mid-flight loses nothing: the next one decides, once", async (t) => {
    const first = await Service.start(t, environment);
    fraud.behaviour = slowly;
    const given = body();
    const key = randomUUID();
    const lost = first.post(given, key).catch((error: unknown) => error);
    await sleep(250);
    await first.end("SIGKILL");
    assert.ok((await lost) instanceof Error);
    fraud.behaviour = decide;

    const read = `SELECT status, answered FROM transactions WHERE idempotency_key = '${key}'`;
    assert.deepEqual(await postgres.query(database.name, read), [
      { status: "pending", answered: null },
    ]);
    const second = await Service.start(t, environment);
    const busy = await second.post(given, key);
    assert.equal(busy.status, 409);
    const deadline = Date.now() + 12_000;
    let row: Record<string, unknown> | undefined;
    do {
      await sleep(200);
      [row] = await postgres.query(database.name, read);
    } while (row?.["status"] === "pending" && Date.now() < deadline);
    assert.deepEqual(row, { status: "approved", answered: null });
    const again = await second.post(given, key);
    assert.equal(again.status, 201);
    assert.equal(fraud.timesAsked(String(again.json["id"])), 2);
    assert.deepEqual(await second.post(given, key), again);
    await second.end("SIGTERM");
  });

  it("writes one JSON line for a request, and no secret, card or body ever", async (t) => {
    const service = await Service.start(t, { ...environment, LOG_LEVEL: "debug" });
    const given = body({ card: "card-that-is-not-for-the-log" });
    await service.post(given, "key-of-the-log");
    await service.post({ ...given, amount: -1 }, "key-of-the-log-2");
    // What PostgreSQL refuses comes with the whole row.
    await postgres.query(
      database.name,
      "ALTER TABLE transactions ADD CONSTRAINT refused CHECK (amount <> 777)",
    );
    assert.equal((await service.post({ ...given, amount: 777 }, randomUUID())).status, 500);
    await service.get("/v1/transactions/nowhere/at/all?card=card-that-is-not-for-the-log");
    await service.end("SIGTERM");
    assert.ok(!service.output.includes(PASSWORD));
    assert.ok(!service.output.includes("card-that-is-not-for-the-log"));
    const requests = service.lines.filter(({ message }) => message === "request");
    const posts = requests.filter(({ method }) => method === "POST");
    assert.deepEqual(
      posts.map(({ level, route, status }) => [level, route, status]),
      [
        ["INFO", "/v1/transactions", 201],
        ["INFO", "/v1/transactions", 400],
        ["INFO", "/v1/transactions", 500],
      ],
    );
    assert.ok(posts.every(({ durationMs, requestId }) => durationMs !== undefined && requestId));
    const health = requests.filter(({ route }) => route === "/health");
    assert.ok(health.length > 0 && health.every(({ level }) => level === "DEBUG"));
    const failure = service.lines.find(({ message }) => message === "the service failed");
    assert.match(JSON.stringify(failure), /23514/);
  });
});
