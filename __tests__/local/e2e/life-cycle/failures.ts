import { rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Caller } from "../support/caller";
import { report } from "../support/ledger-report";
import { ORIGIN } from "../support/local-aws";
import { Ledger } from "../support/transactions";
import { checkout } from "./checkout";
import { UP } from "./command";

const payer = new Caller("payer");

async function serves(): Promise<boolean> {
  return (await fetch(`${ORIGIN}/`, { signal: AbortSignal.timeout(10_000) })).ok;
}

test("an image with a wrong health path is not pushed, and the running version keeps serving", async () => {
  const restore = checkout.edit("services/index.ts", '"/health"', '"/nowhere"');
  const { exitCode, output, seconds } = await checkout.run("npx platform up", 300);
  restore();
  expect(exitCode).toBe(1);
  expect(output).toContain("runs, but is not healthy: GET /nowhere answers 404");
  expect(output).toContain("Its last lines:");
  expect(output).toContain("flask-api was not pushed; the platform is untouched");
  expect(output).not.toContain("Stack platform");
  expect(seconds).toBeLessThan(120);
  expect(await serves()).toBe(true);
});

test("the output of an image that cannot start is shown", async () => {
  const restore = checkout.edit(
    "services/flask-api/gunicorn.conf.py",
    "import os",
    'raise SystemExit("no configuration for today")\nimport os',
  );
  const { exitCode, output } = await checkout.run("npx platform up", 300);
  restore();
  expect(exitCode).toBe(1);
  expect(output).toContain("exited with");
  expect(output).toContain("no configuration for today");
  expect(await serves()).toBe(true);
});

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
