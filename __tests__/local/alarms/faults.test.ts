import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { Checkout } from "../e2e/support/checkout";
import { Clients } from "../load/clients";
import { Queue, remove, transaction, write } from "../workloads/bookkeeping";
import { AlarmMessages } from "./alarm-messages";
import { ask, during, inDatabase, inTasks, killTasks } from "./disturbance";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 600_000 });

/** A minute of metrics and alarms lasts five seconds. */
const SHORT_MINUTES = { LOCAL_AWS_MINUTE: "5" };

/** How long an alarm may take to begin, or to be over, in seconds: the longest looks an hour back, for 300 s. */
const LIMIT = 420;

/** Enough in each short minute for a share of the answers, and less than two tasks can answer. */
const BETWEEN_REQUESTS_MS = 120;

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const run = (command: string) => checkout.run(command, 900, SHORT_MINUTES);
const inShell = (command: string) => run(`bash -c 'eval "$(npx platform env)" && ${command}'`);

let messages: AlarmMessages;
/** The message that a job's run begins, whose alarm is over only an hour later. */
let afterFailedRun: number;

afterAll(async () => {
  await run("npx platform down");
});

/** Requests that are not waited for: a slow answer keeps no other request back. */
const asking = (place: string) => () => {
  void ask(place);
  return Promise.resolve();
};

/** Disturbs until all of these alarms have begun, and waits until they are over without the disturbance. */
async function expectAlarms(
  alarms: readonly string[],
  disturb: () => Promise<unknown>,
  everyMs: number,
): Promise<void> {
  const before = (await messages.read()).length;
  const began = await during(disturb, everyMs, () =>
    Promise.all(alarms.map((alarm) => messages.until(`${alarm} ALARM`, before, LIMIT))),
  );
  for (const [index, alarm] of alarms.entries()) {
    await messages.until(`${alarm} OK`, began[index] ?? before, LIMIT);
  }
}

test("the shipped services are up, with faults that a request or a file brings out", async () => {
  checkout.edit(
    "services/flask-api/flask_api/about.py",
    "def name_and_version() -> dict[str, Any]:",
    [
      "$&",
      "    import time",
      "    from flask import request",
      '    if "fail" in request.args:',
      '        raise RuntimeError("as asked")',
      '    time.sleep(float(request.args.get("seconds", 0)))',
    ].join("\n"),
  );
  // It is healthy for the probe in its own task, and for nobody else.
  checkout.edit(
    "services/flask-api/flask_api/health.py",
    '    return _answer("healthy")',
    [
      "    from pathlib import Path",
      "    from flask import request",
      '    if Path("/tmp/sick").exists() and request.remote_addr != "127.0.0.1":',
      '        raise RuntimeError("as asked")',
      "$&",
    ].join("\n"),
  );
  checkout.edit("services/index.ts", 'cron: "0 3 * * ? *"', "everyMinutes: 60");
  checkout.edit(
    "services/index.ts",
    'receives: ["exports"],',
    "$& alarms: { oldestMessageSeconds: 20 },",
  );
  checkout.edit(
    "environments.ts",
    "local: {",
    `$& database: { minCapacity: 0.5, maxCapacity: 1 },
       services: { "flask-api": { scaling: { min: 2, max: 3, cpu: 20 } } },`,
  );
  expect((await run("npx platform up")).exitCode).toBe(0);
  messages = await AlarmMessages.open();
});

test("a run of a job that fails is an alarm", async () => {
  const before = (await messages.read()).length;
  const unreadable = `exports/${new Date().toISOString().slice(0, 10)}/unreadable.json`;
  await write(unreadable, "{");
  const { exitCode } = await inShell("npx platform run e2e daily-totals");
  expect(exitCode).toBe(1);
  afterFailedRun = await messages.until("daily-totals-failed-runs ALARM", before, LIMIT);
  await remove(unreadable);
});

test("failed answers are an alarm, and over once requests succeed", async () => {
  await expectAlarms(["flask-api-errors"], asking("/?fail"), BETWEEN_REQUESTS_MS);
});

test("slow answers are an alarm, and over once they are fast", async () => {
  await expectAlarms(["flask-api-slow"], asking("/?seconds=1.5"), BETWEEN_REQUESTS_MS);
});

test("tasks that the load balancer finds unhealthy are an alarm, and over once it does not", async () => {
  const sicken = ["python", "-c", 'open("/tmp/sick", "w")'];
  const heal = ["python", "-c", 'import os; os.remove("/tmp/sick")'];
  const before = (await messages.read()).length;
  const began = await during(
    () => inTasks("flask-api", sicken),
    500,
    () => messages.until("flask-api-unhealthy ALARM", before, LIMIT),
  );
  await inTasks("flask-api", heal);
  await messages.until("flask-api-unhealthy OK", began, LIMIT);
});

test("tasks that die again and again are an alarm, and so are the load balancer's own answers", async () => {
  await expectAlarms(
    ["transaction-processor-missing", "load-balancer-own-errors"],
    async () => {
      await asking("/v1/transactions")();
      await killTasks("transaction-processor");
    },
    250,
  );
});

test("messages that no task receives are an alarm, and so is the worker whose tasks die", async () => {
  const queue = await Queue.open();
  await expectAlarms(
    ["transaction-export-missing", "exports-oldest-message"],
    async () => {
      await killTasks("transaction-export");
      if ((await queue.backlog()) === 0) await queue.send([JSON.stringify(transaction(0))]);
    },
    250,
  );
});

test("a service that needs all of its tasks for half an hour is an alarm, and over once one goes", async () => {
  const clients = await Clients.open();
  const before = (await messages.read()).length;
  const began = await clients.askDuring(() =>
    messages.until("flask-api-limit ALARM", before, LIMIT),
  );
  await messages.until("flask-api-limit OK", began, LIMIT);
});

test("a database that uses all of its capacity is an alarm, and over once it does not", async () => {
  const busy = "SELECT count(*) FROM generate_series(1, 100000000)";
  await expectAlarms(
    ["database-capacity"],
    () => inDatabase(["psql", "-U", "platform", "-d", "postgres", "-c", busy]),
    0,
  );
});

test("a message that fails at every attempt is an alarm, and over once it is taken away", async () => {
  const queue = await Queue.open();
  const before = (await messages.read()).length;
  await queue.send(["this is no transaction"]);
  const began = await messages.until("exports-dead-letters ALARM", before, 600);
  await queue.forgetDeadLetters();
  await messages.until("exports-dead-letters OK", began, LIMIT);
});

test("a deployment that ECS gives up is a message", async () => {
  const migration = "services/transaction-processor/migrations/9999_broken.sql";
  checkout.append(migration, "SELECT 1 / 0;\n");
  const before = (await messages.read()).length;
  expect((await run("npx platform up")).exitCode).toBe(1);
  rmSync(path.join(checkout.folder, migration));
  await messages.until("A deployment of", before, LIMIT);
});

test("a job's alarm is over after an hour without a failed run", async () => {
  await messages.until("daily-totals-failed-runs OK", afterFailedRun, LIMIT);
});
