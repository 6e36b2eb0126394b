import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { decide } from "./fraud-server.js";
import { PASSWORD, Postgres } from "./postgres.js";
import { ROOT } from "./root.js";
import { Service, surroundings } from "./service.js";
import { body } from "./support.js";
import { eventually } from "./wait.js";

/** How long the service leaves to what is in flight: whoever ends earlier has not waited for it. */
const IN_FLIGHT_SECONDS = 10;

const postgres = Postgres.shared();

describe.concurrent("the process", () => {
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
    const { ended } = await service.terminate();
    const { status, seconds } = await ended;
    assert.equal(status, 0);
    assert.ok(seconds < IN_FLIGHT_SECONDS, `took ${seconds} s`);
  });

  it("does not start with half of its settings, and says what is missing", async () => {
    const child = spawn(process.execPath, ["dist/server.js"], {
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
        "but not DATABASE_NAME, DATABASE_USER, DATABASE_CA.\n",
    );
  });

  it("finishes what is in flight at SIGTERM", async (t) => {
    const { fraud, environment } = await surroundings(t);
    const service = await Service.start(t, environment);
    let decideNow = (): void => assert.fail("it was not asked");
    fraud.behaviour = (question, response) => {
      decideNow = () => {
        decide(question, response);
      };
    };
    const answer = service.post(await service.body());
    await eventually(() => fraud.questions.length > 0);
    const { ended } = await service.terminate();
    decideNow();
    // Pending, if a busy machine has not decided within the deadline for a question.
    assert.ok([201, 202].includes((await answer).status));
    const { status, seconds } = await ended;
    assert.equal(status, 0);
    assert.ok(seconds < IN_FLIGHT_SECONDS, `took ${seconds} s`);
  });

  it("is not ready after SIGTERM, but serves who still comes, and sends them away", async (t) => {
    const { environment } = await surroundings(t);
    // Enough for the three calls, however busy the machine is.
    const drain = 10;
    const service = await Service.start(t, { ...environment, DRAIN_SECONDS: String(drain) });
    const given = await service.body();
    const { ended } = await service.terminate();
    const ready = await service.get("/ready");
    assert.equal(ready.status, 503);
    assert.match(ready.text, /is stopping/);
    const response = await fetch(`${service.url}/health`);
    assert.equal(response.headers.get("connection"), "close");
    // Pending, if a busy machine has not decided within the deadline for a question.
    assert.ok([201, 202].includes((await service.post(given)).status));
    const { status, seconds } = await ended;
    assert.equal(status, 0);
    assert.ok(seconds >= drain && seconds < drain + IN_FLIGHT_SECONDS, `took ${seconds} s`);
  });

  it("goes on deciding for all of the drain", async (t) => {
    const { environment } = await surroundings(t);
    const drain = 3;
    const service = await Service.start(t, { ...environment, DRAIN_SECONDS: String(drain) });
    const given = await service.body();
    const { since, ended } = await service.terminate();
    let decided = 0;
    for (;;) {
      // Until the listener is closed.
      const answer = await service.post(given).catch(() => undefined);
      if (!answer) break;
      // Pending where a busy machine takes too long for a decision.
      assert.ok([201, 202].includes(answer.status), `answered ${answer.status}`);
      if (answer.status === 201) decided++;
      await sleep(50);
    }
    const decidedMs = performance.now() - since;
    assert.ok(decided > 0 && decidedMs >= drain * 1000, `decided for ${decidedMs} ms`);
    const { status, seconds } = await ended;
    assert.equal(status, 0);
    assert.ok(seconds >= drain && seconds < drain + IN_FLIGHT_SECONDS, `took ${seconds} s`);
  });

  it("ends within 12 s though a client never ends its request, or keeps a connection", async (t) => {
    const { environment } = await surroundings(t);
    const service = await Service.start(t, environment);
    const client = connect(service.port, "127.0.0.1").on("error", () => undefined);
    client.write(
      "POST /v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n" +
        "Expect: 100-continue\r\n\r\n{",
    );
    const [continues] = (await once(client, "data")) as [Buffer];
    assert.match(continues.toString(), /^HTTP\/1\.1 100 /);
    const agent = new Agent({ keepAlive: true });
    const request = httpRequest(`${service.url}/health`, { agent }).end();
    // The event's one argument.
    const [response] = (await once(request, "response")) as [IncomingMessage];
    await once(response.resume(), "end");
    const { ended } = await service.terminate();
    const { status, seconds } = await ended;
    // 12 s after the signal it would end by itself, with another status.
    assert.equal(status, 0);
    assert.ok(seconds < 15, `took ${seconds} s`);
    agent.destroy();
    client.destroy();
  });

  it("that is killed in mid-flight loses nothing: the next one decides, once", async (t) => {
    const { fraud, database, environment } = await surroundings(t);
    const [first, second] = await Promise.all([
      Service.start(t, environment),
      Service.start(t, environment),
    ]);
    const given = await first.body();
    const key = randomUUID();
    // By the question itself: a second and a half later its request would be answered without it.
    fraud.behaviour = () => {
      first.child.kill("SIGKILL");
    };
    assert.ok((await first.post(given, key).catch((error: unknown) => error)) instanceof Error);
    await first.kill();
    fraud.behaviour = decide;
    // The row is in the first one's hands for 5 s only, which a busy machine needs for what follows.
    const moveTimes = (minutes: number) =>
      postgres.query(
        database.name,
        `UPDATE transactions SET created_at = created_at + ${minutes} * interval '1 min',
           next_attempt_at = next_attempt_at + ${minutes} * interval '1 min'`,
      );
    await moveTimes(1);

    const read = `SELECT status, answered FROM transactions WHERE idempotency_key = '${key}'`;
    assert.deepEqual(await postgres.query(database.name, read), [
      { status: "pending", answered: null },
    ]);
    const busy = await second.post(given, key);
    assert.equal(busy.status, 409);
    await moveTimes(-1);
    let row: Record<string, unknown> | undefined;
    await eventually(async () => {
      [row] = await postgres.query(database.name, read);
      return row?.["status"] !== "pending";
    });
    assert.deepEqual(row, { status: "approved", answered: 201 });
    const again = await second.post(given, key);
    assert.equal(again.status, 201);
    // Once by each, and by the second once more where its answer comes too late on a busy machine.
    const asked = fraud.timesAsked(String(again.json["id"]));
    assert.ok(asked === 2 || asked === 3, `asked ${asked} times`);
    assert.deepEqual(await second.post(given, key), again);
    assert.equal(fraud.timesAsked(String(again.json["id"])), asked);
    await (
      await second.terminate()
    ).ended;
  });

  it("writes one JSON line for a request, and no secret, card or body ever", async (t) => {
    const { database, environment } = await surroundings(t);
    const service = await Service.start(t, { ...environment, LOG_LEVEL: "debug" });
    const given = await service.body({ card: "card-that-is-not-for-the-log" });
    const taken = await service.post(given, "key-of-the-log");
    // Pending, if a busy machine has not decided within the deadline for a question.
    assert.ok([201, 202].includes(taken.status), `answered ${taken.status}`);
    await service.post({ ...given, amount: -1 }, "key-of-the-log-2");
    await service.post({ ...given, card: "4111 1111 1111 1111" });
    // What PostgreSQL refuses comes with the whole row.
    await postgres.query(
      database.name,
      "ALTER TABLE transactions ADD CONSTRAINT refused CHECK (amount <> 777)",
    );
    assert.equal((await service.post({ ...given, amount: 777 }, randomUUID())).status, 500);
    await service.get("/v1/transactions/nowhere/at/all?card=card-that-is-not-for-the-log");
    await (
      await service.terminate()
    ).ended;
    assert.ok(!service.output.includes(PASSWORD));
    assert.ok(!service.output.includes("4111"));
    assert.ok(!service.output.includes("card-that-is-not-for-the-log"));
    const requests = service.lines.filter(({ message }) => message === "request");
    const posts = requests.filter(({ method }) => method === "POST");
    assert.deepEqual(
      posts.map(({ level, route, status }) => [level, route, status]),
      [
        ["INFO", "/v1/transactions", taken.status],
        ["INFO", "/v1/transactions", 400],
        ["INFO", "/v1/transactions", 400],
        ["INFO", "/v1/transactions", 500],
      ],
    );
    assert.ok(posts.every(({ durationMs, requestId }) => durationMs !== undefined && requestId));
    assert.ok(posts.every(({ caller }) => caller === "alice"));
    assert.ok(!service.output.includes("eyJ"), "a token is in the log");
    const health = requests.filter(({ route }) => route === "/health");
    assert.ok(health.length > 0 && health.every(({ level }) => level === "DEBUG"));
    const failure = service.lines.find(({ message }) => message === "the service failed");
    assert.match(JSON.stringify(failure), /23514/);
  });
});
