import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { NAME_PROPAGATION_SECONDS, NAME_TTL_SECONDS } from "../../../spec/limits";
import { goOnJourney } from "../../../local/verification/journey";
import { PROJECT_FOLDER } from "../../../project";
import { Caller, openAccount } from "./support/caller";
import { Checkout, changesOf, noChange } from "./support/checkout";
import { loadDuring } from "./support/load";
import { ORIGIN, containersOf, setDesiredCount } from "./support/local-aws";
import { askPlainlyDuring } from "./support/plain-caller";
import { Ledger, type TransactionLoad, sortedIds } from "./support/transactions";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

/** The time after a deployment until no caller has the address of a replaced task. */
const FORGOTTEN_MS = (NAME_PROPAGATION_SECONDS + NAME_TTL_SECONDS + 10) * 1000;

/**
 * It gives way to the services, as if it ran on another machine: for the scheduler all containers
 * together are one process beside its many, and a decision that waits for 0.8 s is left pending.
 */
const UP = "nice -n 19 npx platform up";

/** Each has its own limit of requests. */
const payer = new Caller("payer");
const reader = new Caller("reader");

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));

function pendingOf({ acknowledged }: TransactionLoad) {
  return [...acknowledged.values()].filter(({ status }) => status === "pending");
}

function report(what: string, load: TransactionLoad) {
  const { sent, acknowledged, disturbed, unanswered } = load;
  const pending = pendingOf(load);
  const left = pending.slice(0, 5).map(({ createdAt }) => `left pending at ${createdAt}`);
  console.log(
    `${what}: ${sent} transactions sent, ${acknowledged.size} acknowledged (${pending.length} as pending), ` +
      `${disturbed.length} attempts failed, ${unanswered.length} never answered\n${[...disturbed.slice(0, 5), ...left].join("\n")}`,
  );
}

afterAll(async () => {
  await checkout.run("npx platform down", 300);
});

test("the three services come up together", async () => {
  const { exitCode, output } = await checkout.run("npx platform up", 900);
  expect(exitCode).toBe(0);
  for (const service of ["flask-api", "transaction-processor", "fraud-detection"]) {
    expect(output).toMatch(
      new RegExp(`${service}\\s*│ http:\\S+ .*│ sha256:[0-9a-f]{12}\\s*│ 2/2`),
    );
  }
});

test("an account's transactions are approved, reviewed, declined and read back", async () => {
  const token = (await payer.headers())["Authorization"]?.replace("Bearer ", "") ?? "";
  await expect(goOnJourney({ origin: ORIGIN, token })).resolves.toBeUndefined();
});

test("verify makes the same requests, and finds that only its caller reaches the private service", async () => {
  const { exitCode, output } = await checkout.run("npx platform verify", 120);
  expect(exitCode).toBe(0);
  expect(output).toContain("No service reaches one that it does not call.");
  expect(output).toContain(
    "An account's transactions are approved, kept for review, declined, and read back",
  );
});

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

test.each([
  ["transaction-processor", "src/logger.ts", "flask-api"],
  ["fraud-detection", "src/logger.ts", "transaction-processor"],
  ["flask-api", "flask_api/logs.py", undefined],
])(
  "a changed line in %s rolls out only that service, with no request failed or left pending",
  async (service, file, caller) => {
    const comment = file.endsWith(".py") ? "\n# Changed.\n" : "\n// Changed.\n";
    checkout.append(`services/${service}/${file}`, comment);
    const ledger = await Ledger.open(payer);
    const account = await openAccount(reader);
    const deployment = checkout.start(UP, 300);
    // Not while the image is built, which uses all of a small machine: nothing rolls out yet.
    await checkout.untilShown(deployment, "Stack platform");
    const started = performance.now();
    const ended = checkout.ended(UP, deployment);
    const forgotten = ended.then(() => sleep(FORGOTTEN_MS));
    const [{ exitCode, output }, load, reads, plain] = await Promise.all([
      ended,
      ledger.postDuring(forgotten, { perSecond: 15, attempts: 1 }),
      loadDuring(`${ORIGIN}/accounts/${account}/summary`, 15, forgotten, () => reader.headers()),
      caller ? askPlainlyDuring(caller, service, forgotten) : { sent: 0, failures: [] },
    ]);
    const seconds = (performance.now() - started) / 1000;
    report(`a rollout of ${service}, ${seconds.toFixed(0)} s`, load);
    for (const [what, { sent, failures }] of Object.entries({ summaries: reads, plain })) {
      console.log(`${what}: ${sent} sent, ${failures.length} failed`, failures.slice(0, 5));
    }

    expect(exitCode).toBe(0);
    expect(changesOf("registry", output)).toBe(noChange);
    expect(changesOf("images", output)).toBe("5 to add, 0 to change, 5 to destroy");
    expect(changesOf("platform", output)).toBe("1 to add, 1 to change, 1 to destroy");
    expect(load.sent).toBeGreaterThan(1_000);
    expect(load.disturbed).toEqual([]);
    expect(pendingOf(load)).toEqual([]);
    expect(reads.failures).toEqual([]);
    expect(plain.failures).toEqual([]);
    if (caller) expect(plain.sent).toBeGreaterThan(300);
    expect(sortedIds(await ledger.decided(60))).toEqual(sortedIds(load.acknowledged.values()));
  },
);

test("a failed migration ends the deployment with its output, and the old version keeps serving", async () => {
  const migration = "services/transaction-processor/migrations/9999_broken.sql";
  checkout.append(migration, "SELECT 1 / 0;\n");
  const ledger = await Ledger.open(payer);
  const deployment = checkout.run(UP, 300);
  const load = await ledger.postDuring(deployment, { perSecond: 10, attempts: 1 });
  const { exitCode, output } = await deployment;
  rmSync(path.join(checkout.folder, migration));
  report("a failing migration", load);
  expect(exitCode).toBe(1);
  expect(output).toContain("migrate exited with 1");
  expect(output).toContain("9999_broken.sql failed and was taken back: division by zero");
  expect(load.disturbed).toEqual([]);
  expect((await checkout.run("npx platform up", 300)).exitCode).toBe(0);
});
