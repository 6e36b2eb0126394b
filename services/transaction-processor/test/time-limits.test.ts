import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify from "fastify";
import { describe, it, vi, type TestContext } from "vitest";
import { DatabaseUnavailable } from "../src/database-failure.js";
import { Database } from "../src/database.js";
import { Postgres } from "./postgres.js";
import { eventually } from "./wait.js";

const postgres = Postgres.shared();

async function open(t: TestContext) {
  const settings = await postgres.database();
  const { log } = Fastify();
  const warn = vi.spyOn(log, "warn");
  const database = new Database(settings, log);
  t.onTestFinished(() => database.close());
  return { database, settings, warn };
}

/** The code of PostgreSQL's own word for a failure. */
function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

describe("a statement", () => {
  it("is given up by the server, which does not work on for nobody", async (t) => {
    const { database } = await open(t);
    const codes: unknown[] = [];
    // Again, where a busy machine hears of it after another half second, when the client gives it up.
    await eventually(async () => {
      await assert.rejects(database.query("SELECT pg_sleep(60)"), (error) => {
        assert.ok(error instanceof DatabaseUnavailable);
        codes.push(codeOf(error.cause));
        return true;
      });
      return codes.includes("57014");
    });
  });
});

describe("a connection to the database", () => {
  it("that is left inside a transaction is ended by the server: it holds locks", async (t) => {
    const { database, warn } = await open(t);
    await database.query("BEGIN");
    const codes = () =>
      warn.mock.calls.map(([context]) => codeOf((context as { err: unknown }).err));
    await eventually(() => warn.mock.calls.length > 0);
    assert.deepEqual(codes(), ["25P03"]);
  });

  it("is not waited for, if the server says nothing", async (t) => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    t.onTestFinished(() => void silent.close());
    const { settings } = await open(t);
    // The server listens on TCP.
    const { port } = silent.address() as AddressInfo;
    const database = new Database({ ...settings, port }, Fastify().log);
    const limit = sleep(30_000, "no answer");
    assert.notEqual(
      await Promise.race([database.query("SELECT 1").catch(() => 0), limit]),
      "no answer",
    );
  });

  it("gets no older than five minutes, however much it is used", async (t) => {
    const { database } = await open(t);
    const backend = async () => {
      const [row] = await database.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      return row?.pid;
    };
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    t.onTestFinished(() => void vi.useRealTimers());
    const first = await backend();
    let seconds = 0;
    // Idle for less than the 10 s after which it would be closed.
    for (; seconds <= 310 && (await backend()) === first; seconds += 9) {
      vi.advanceTimersByTime(9_000);
    }
    assert.ok(seconds > 250 && seconds <= 310, `it is used after ${seconds} s`);
  });
});
