import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "vitest";
import { Service, surroundings, type Surroundings } from "./service.js";
import { answer, decide, decideByHistory, inOrder } from "./fraud-server.js";
import { Postgres } from "./postgres.js";
import { eventually } from "./wait.js";

const COUNT = 100;

describe("the transactions of an account that come at once, to two tasks", () => {
  let around: Surroundings;
  let tasks: readonly [Service, Service];

  beforeEach(async (t) => {
    around = await surroundings(t);
    around.fraud.behaviour = decideByHistory;
    tasks = await Promise.all([
      Service.start(t, around.environment),
      Service.start(t, around.environment),
    ]);
  });
  afterEach(async () => {
    for (const task of tasks) await task.kill();
  });

  /** With the same key until the transaction is taken: a busy machine may take too long for some. */
  const post = async (task: Service, given: unknown) => {
    const key = randomUUID();
    for (;;) {
      const answer = await task.post(given, key);
      if (answer.status === 201 || answer.status === 202) return answer;
      assert.ok([409, 503].includes(answer.status), `answered ${answer.status}`);
      await sleep(200);
    }
  };
  const burst = async (accountId: string, count = COUNT) => {
    const given = await tasks[0].body({ accountId });
    const alternately = Array.from({ length: count }, (_, n) => tasks[n % 2 === 0 ? 0 : 1]);
    return Promise.all(alternately.map((task) => post(task, given)));
  };
  const statuses = async () => {
    const rows = await Postgres.shared().query<{ status: string }>(
      around.database.name,
      "SELECT status FROM transactions ORDER BY sequence",
    );
    return rows.map(({ status }) => status);
  };
  const allDecided = async () => !(await statuses()).includes("pending");

  it("are decided as if they came one after the other", async () => {
    const answers = await burst(await tasks[0].account());
    await eventually(allDecided);
    assert.deepEqual(await statuses(), inOrder(COUNT));
    // What an answer says is what is stored.
    const told = answers.map(({ json }) => json["status"]).filter((status) => status !== "pending");
    const stored = await statuses();
    for (const status of ["approved", "review", "declined"]) {
      const count = (list: unknown[]) => list.filter((each) => each === status).length;
      assert.ok(count(told) <= count(stored));
    }
  });

  it("are so, too, when an outage of fraud-detection left them pending", async () => {
    const accountId = await tasks[0].account();
    await around.fraud.stop();
    const during = await burst(accountId, 40);
    assert.deepEqual(new Set(during.map(({ status }) => status)), new Set([202]));
    await around.fraud.resume();
    const after = await burst(accountId, 20);
    assert.equal(after.length, 20);
    await eventually(allDecided);
    assert.deepEqual(await statuses(), inOrder(60));
  });

  it("hold up no other account, even while fraud-detection keeps them waiting", async () => {
    const [slow, quick] = [await tasks[0].account(), await tasks[0].account()];
    around.fraud.behaviour = (question, response) => {
      if (question.transaction.accountId === quick) decide(question, response);
      // Below the deadline for a question, so that none fails.
      else
        setTimeout(() => {
          decide(question, response);
        }, 300);
    };
    const waiting = burst(slow, 40);
    await eventually(() => around.fraud.questions.length > 0);
    await burst(quick, 5);
    const pendingOf = async () => {
      const rows = await Postgres.shared().query<{ quick: boolean }>(
        around.database.name,
        `SELECT account_id = '${quick}' AS quick FROM transactions WHERE status = 'pending'`,
      );
      return {
        slow: rows.filter((row) => !row.quick).length,
        quick: rows.filter((row) => row.quick).length,
      };
    };
    let pending = await pendingOf();
    await eventually(async () => (pending = await pendingOf()).quick === 0);
    assert.ok(pending.slow > 0, "the slow account was decided first");
    assert.ok((await waiting).some(({ status }) => status === 202));
  });

  it("wait behind one that is refused, and are answered 202 meanwhile", async () => {
    const accountId = await tasks[0].account();
    around.fraud.behaviour = (_question, response) => {
      answer(response, 400, {});
    };
    assert.equal((await burst(accountId, 1))[0]?.status, 202);
    around.fraud.behaviour = (question, response) => {
      const [first] = around.fraud.questions;
      if (question.transaction.id === first?.transaction.id) answer(response, 400, {});
      else decide(question, response);
    };
    const behind = await burst(accountId, 4);
    assert.deepEqual(new Set(behind.map(({ status }) => status)), new Set([202]));
    await eventually(allDecided);
    assert.deepEqual(await statuses(), ["review", "approved", "approved", "approved", "approved"]);
  });
});
