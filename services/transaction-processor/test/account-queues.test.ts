import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import Fastify from "fastify";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { AccountQueues } from "../src/account-queues.js";
import { AccountStore } from "../src/account-store.js";
import { DatabaseUnavailable } from "../src/database-failure.js";
import { Database } from "../src/database.js";
import { FraudDetection } from "../src/fraud-detection.js";
import { TransactionStore } from "../src/transaction-store.js";
import { Turns } from "../src/turns.js";
import { FraudServer } from "./fraud-server.js";
import { Postgres } from "./postgres.js";

const { log } = Fastify();
const CALLER = "alice";

describe("the requests that wait for an account", () => {
  let database: Database;
  let fraud: FraudServer;
  let fraudDetection: FraudDetection;
  let store: TransactionStore;
  let queues: AccountQueues;
  let accountId: string;

  beforeEach(async () => {
    fraud = await FraudServer.start();
    database = new Database(await Postgres.shared().database(), log);
    fraudDetection = new FraudDetection(fraud.url, log);
    store = new TransactionStore(database);
    queues = new AccountQueues(store, new Turns(store, fraudDetection, log));
    accountId = randomUUID();
    await new AccountStore(database).open(accountId, CALLER, { currency: "EUR" });
  });
  afterEach(async () => {
    await fraudDetection.close();
    await database.close();
    await fraud.stop();
  });

  const take = async () => {
    const given = {
      amount: 1,
      currency: "EUR",
      country: "DE",
      merchantCategory: "5411",
      card: "c",
    };
    const id = randomUUID();
    const candidate = { ...given, id, accountId, occurredAt: new Date().toISOString() };
    assert.ok(await store.insert(candidate, CALLER, id, Buffer.from("")));
    return id;
  };
  /** What becomes of so many that wait at once: the status of each, or why there is none. */
  const outcomes = async (count: number) => {
    const ids: string[] = [];
    while (ids.length < count) ids.push(await take());
    const waiting = ids.map((id) => queues.decide({ id, accountId }, "Bearer x"));
    const settled = await Promise.allSettled(waiting);
    const told = settled.map((each) =>
      each.status === "fulfilled" ? each.value?.transaction.status : String(each.reason),
    );
    const stored = await Promise.all(ids.map((id) => store.find(id)));
    return { told, stored: stored.map((row) => row?.transaction.status) };
  };

  it.each(["next", "decide"] as const)(
    "are decided, but for the one in whose turn the database fails (%s)",
    async (step) => {
      vi.spyOn(store, step).mockRejectedValueOnce(new DatabaseUnavailable(undefined));
      const { told, stored } = await outcomes(5);
      assert.equal(told[0], "Error: the database does not answer in time");
      assert.deepEqual(told.slice(1), Array(4).fill("approved"));
      // Its own is, too: whoever repeats its request is told so.
      assert.deepEqual(stored, Array(5).fill("approved"));
    },
  );

  it("all learn of a database that stays away", async () => {
    const failure = new DatabaseUnavailable(undefined);
    vi.spyOn(store, "next").mockRejectedValue(failure);
    vi.spyOn(store, "letGo").mockRejectedValue(failure);
    const { told } = await outcomes(3);
    assert.deepEqual(told, Array(3).fill("Error: the database does not answer in time"));
    vi.restoreAllMocks();
    // The next request finds no trace of it.
    assert.deepEqual((await outcomes(1)).told, ["approved"]);
  });
});
