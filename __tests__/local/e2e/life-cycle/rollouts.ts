import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Caller, openAccount } from "../support/caller";
import { changesOf, noChange } from "../support/checkout";
import { pendingOf, report } from "../support/ledger-report";
import { loadDuring } from "../support/load";
import { ORIGIN } from "../support/local-aws";
import { askPlainlyDuring } from "../support/plain-caller";
import { Ledger, sortedIds } from "../support/transactions";
import { checkout } from "./checkout";
import { UP } from "./command";
import { FORGOTTEN_MS } from "./forgotten";

/** Each has its own limit of requests. */
const payer = new Caller("payer");
const reader = new Caller("reader");

const ABOUT = "services/flask-api/flask_api/about.py";

/** Puts the files back that flask-api's rollout changed. */
let revert: () => void;

async function about(): Promise<string> {
  const response = await fetch(`${ORIGIN}/`, { signal: AbortSignal.timeout(10_000) });
  return await response.text();
}

test.each([
  ["transaction-processor", "src/logger.ts", "flask-api"],
  ["fraud-detection", "src/logger.ts", "transaction-processor"],
  ["flask-api", undefined, undefined],
])(
  "a changed line in %s rolls out only that service, with no request failed or left pending",
  async (service, file, caller) => {
    if (file) checkout.append(`services/${service}/${file}`, "\n// Changed.\n");
    else revert = checkout.edit(ABOUT, '{"service"', '{"edition": 2, "service"');
    // One account's are decided one after the other: on a slow machine 15 a second would be too many for one,
    // whatever rolls out.
    const ledger = await Ledger.open(payer, 10);
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
    // Tag, image, probe, its health and push; task definition and service.
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

test("reverted sources are deployed again, under a new tag", async () => {
  const changed = await about();
  revert();
  expect(changed).toContain('"edition"');
  const { exitCode } = await checkout.run("npx platform up", 300);
  expect(exitCode).toBe(0);
  expect(await about()).not.toContain('"edition"');
});

test("verify right after a rollout accepts names that still lead to replaced tasks", async () => {
  expect((await checkout.run("npx platform verify", 120)).exitCode).toBe(0);
});
