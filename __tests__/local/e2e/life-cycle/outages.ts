import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Caller } from "../support/caller";
import { report } from "../support/ledger-report";
import { containersOf, setDesiredCount } from "../support/local-aws";
import { Ledger, sortedIds } from "../support/transactions";
import { FORGOTTEN_MS } from "./forgotten";

const payer = new Caller("payer");

test("transactions that arrive while fraud-detection is down are kept, and decided once it is back", async () => {
  const ledger = await Ledger.open(payer);
  const outage = (async () => {
    await sleep(5_000);
    const tasks = await containersOf("fraud-detection");
    await setDesiredCount("fraud-detection", 0);
    // Otherwise they would keep answering: callers still have their addresses.
    await Promise.all(tasks.map((task) => task.kill()));
    await sleep(20_000);
    await setDesiredCount("fraud-detection", 2);
    await sleep(15_000);
  })();
  const load = await ledger.postDuring(outage, { perSecond: 20, attempts: 1 });
  report("fraud-detection away for 20 s", load);
  const answers = [...load.acknowledged.values()];
  expect(load.disturbed).toEqual([]);
  expect(answers.filter(({ status }) => status === "pending").length).toBeGreaterThan(100);

  const decided = await ledger.decided(120);
  expect(sortedIds(decided)).toEqual(sortedIds(answers));
  const decisions = new Map(decided.map(({ id, ...decision }) => [id, decision]));
  for (const { id, ...answer } of answers) {
    if (answer.status !== "pending") expect(decisions.get(id)).toEqual(answer);
  }
  await sleep(3_000);
  expect(await ledger.stored()).toEqual(decided);
});

test("a killed task of transaction-processor loses no acknowledged transaction", async () => {
  const ledger = await Ledger.open(payer);
  const accident = (async () => {
    await sleep(3_000);
    const [task] = await containersOf("transaction-processor");
    if (!task) throw new Error("no task of transaction-processor runs");
    await task.kill();
    await sleep(20_000);
  })();
  const load = await ledger.postDuring(accident, { perSecond: 40, attempts: 40 });
  report("a task of transaction-processor killed", load);
  expect(load.unanswered).toEqual([]);
  expect(load.acknowledged.size).toBe(load.sent);
  const stored = await ledger.decided(60);
  expect(sortedIds(stored)).toEqual(sortedIds(load.acknowledged.values()));
  // Until then its name leads to its address too, which may be that of a task that is starting: what a
  // plain caller loses by a killed task does not count against the rollout that comes next.
  await sleep(FORGOTTEN_MS);
});
