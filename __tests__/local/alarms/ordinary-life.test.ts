import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { until } from "../e2e/support/until";
import { Checkout } from "../e2e/support/checkout";
import { containersOf, desiredCountOf } from "../e2e/support/local-aws";
import { Clients } from "../load/clients";
import { Queue, transaction } from "../workloads/bookkeeping";
import { AlarmMessages } from "./alarm-messages";

vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 900_000 });

/** Seconds of a minute of metrics and alarms: the tasks start and stop as slowly as ever. */
const MINUTE = 10;

const HOUR_MS = 60 * MINUTE * 1000;

const SHORT_MINUTES = { LOCAL_AWS_MINUTE: String(MINUTE) };

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const up = () => checkout.run("nice -n 19 npx platform up", 900, SHORT_MINUTES);
const inShell = (command: string) =>
  checkout.run(`bash -c 'eval "$(npx platform env)" && ${command}'`, 300, SHORT_MINUTES);

let messages: AlarmMessages;
let began: number;

beforeAll(async () => {
  // Lower than by default, because two cores cannot keep many tasks at 70 % of theirs.
  const scaling = `services: { "flask-api": { scaling: { min: 2, max: 10, cpu: 30 } } },`;
  checkout.edit("environments.ts", "local: {", `$& ${scaling}`);
  expect((await up()).exitCode).toBe(0);
  messages = await AlarmMessages.open();
  began = performance.now();
});

afterAll(async () => {
  await checkout.run("npx platform down", 300, SHORT_MINUTES);
});

async function alarms(): Promise<readonly string[]> {
  return (await messages.read()).filter((message) => !message.endsWith(" OK"));
}

test("load that adds tasks, a rollout in its midst and a task that dies are no alarm", async () => {
  const clients = await Clients.open();
  await clients.askDuring(async () => {
    await until(300, async () => (await desiredCountOf("flask-api")) > 2);
    checkout.edit(
      "services/flask-api/flask_api/about.py",
      '{"service"',
      '{"edition": 2, "service"',
    );
    expect((await up()).exitCode).toBe(0);
    const [task] = await containersOf("flask-api");
    if (!task) throw new Error("no task of flask-api runs");
    await task.kill();
    await sleep(3 * MINUTE * 1000);
  });
  console.log(`${clients.answered} requests answered, ${clients.failures.length} failed`);
  expect(clients.answered).toBeGreaterThan(1_000);
  expect(await alarms()).toEqual([]);
});

test("a backlog that starts further tasks, and a job's run, are no alarm", async () => {
  const queue = await Queue.open();
  await queue.send(Array.from({ length: 5_000 }, (_, index) => JSON.stringify(transaction(index))));
  expect((await inShell("npx platform run e2e daily-totals")).exitCode).toBe(0);
  await until(300, async () => (await queue.backlog()) === 0);
  expect(await alarms()).toEqual([]);
});

test("the tasks that go again, and a night without a request, are no alarm in the rest of the hour", async () => {
  await until(400, async () => (await desiredCountOf("flask-api")) === 2);
  await sleep(Math.max(began + HOUR_MS - performance.now(), 0));
  const minutes = Math.round((performance.now() - began) / 1000 / MINUTE);
  console.log(`${minutes} minutes, ${messages.heard.length} messages`);
  expect(await alarms()).toEqual([]);
});
