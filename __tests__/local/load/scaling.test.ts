import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { until } from "../e2e/support/until";
import { Checkout } from "../e2e/support/checkout";
import { desiredCountOf } from "../e2e/support/local-aws";
import { Queue, transaction } from "../workloads/bookkeeping";
import { Clients } from "./clients";
import { MINUTE, type Sample, observe } from "./observation";
import { type Mark, plot } from "./plot";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 600_000 });

const SHORT_MINUTES = { LOCAL_AWS_MINUTE: String(MINUTE) };

/** The range of flask-api in the catalogue. */
const [FEWEST, MOST] = [2, 10];

/** Lower than by default, because two cores cannot keep many tasks at 70 % of theirs. */
const TARGET = 30;

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));
const up = () => checkout.run("npx platform up", 900, SHORT_MINUTES);

const samples: Sample[] = [];
const marks: Mark[] = [];
const now = () => samples.at(-1)?.seconds ?? 0;
const desired = () => samples.at(-1)?.desired ?? 0;

let clients: Clients;
const observing = new AbortController();
const loading = new AbortController();
let observed: Promise<void>;
let load: Promise<void>;

afterAll(async () => {
  loading.abort();
  observing.abort();
  await Promise.allSettled([load, observed]);
  await checkout.run("npx platform down", 300, SHORT_MINUTES);
});

test("the shipped services are up, with a short minute", async () => {
  const scaling = `services: { "flask-api": { scaling: { min: ${FEWEST}, max: ${MOST}, cpu: ${TARGET} } } },`;
  checkout.edit("environments.ts", "local: {", `$& ${scaling}`);
  expect((await up()).exitCode).toBe(0);
  clients = await Clients.open();
  observed = observe("flask-api", () => clients.answered, observing.signal, samples);
  await until(60, () => samples.some(({ cpu }) => cpu !== undefined));
});

test("load adds tasks", async () => {
  marks.push({ seconds: now(), text: "load" });
  load = clients.askUntil(loading.signal);
  await until(300, () => {
    return (samples.at(-1)?.running ?? 0) >= FEWEST + 2;
  });
});

test("a deployment in the midst of it keeps their number", async () => {
  checkout.edit("services/flask-api/flask_api/about.py", '{"service"', '{"edition": 2, "service"');
  const deployment = checkout.start("nice -n 19 npx platform up", 600, SHORT_MINUTES);
  await checkout.untilShown(deployment, "Stack platform");
  marks.push({ seconds: now(), text: "deployment" });
  const { exitCode } = await checkout.ended("up", deployment);
  expect(exitCode).toBe(0);
  const during = samples.filter(({ deploys }) => deploys).map((sample) => sample.desired);
  expect(during.length).toBeGreaterThan(5);
  // ECS lets scaling add tasks during a deployment, and remove none.
  expect(during).toEqual([...during].sort((a, b) => a - b));
  expect(Math.max(...samples.map((sample) => sample.desired))).toBeLessThanOrEqual(MOST);
});

test("once the load ends, the tasks go again, down to the fewest", async () => {
  loading.abort();
  await load;
  marks.push({ seconds: now(), text: "no load" });
  await until(300, () => desired() === FEWEST && samples.at(-1)?.running === FEWEST);
});

test("no request failed, from the first to the last", () => {
  console.log(`${clients.answered} requests answered, ${clients.failures.length} failed`);
  expect(clients.answered).toBeGreaterThan(2_000);
  expect(clients.failures).toEqual([]);
});

test("the film of it is a plot", async () => {
  observing.abort();
  await observed;
  const title = `flask-api under load on one machine (a minute lasts ${MINUTE} s)`;
  const svg = await plot(title, samples, marks, TARGET);
  writeFileSync(path.join(PROJECT_FOLDER, "docs", "scaling.svg"), svg);
  expect(svg).toMatch(/^<svg /);
});

test("memory adds tasks as CPU does, and a worker begins with none", async () => {
  checkout.edit("environments.ts", `max: ${MOST}, cpu: ${TARGET}`, "max: 3, cpu: 90, memory: 10");
  checkout.edit(
    "services/index.ts",
    "{ min: 1, max: 4, backlog: 100 }",
    "{ min: 0, max: 4, backlog: 100 }",
  );
  expect((await up()).exitCode).toBe(0);
  await until(180, async () => (await desiredCountOf("flask-api")) === 3);
  await until(300, async () => (await desiredCountOf("transaction-export")) === 0);
});

test("messages start a worker's first task and further ones, and their end stops all", async () => {
  const queue = await Queue.open();
  const counts: number[] = [];
  await queue.send(Array.from({ length: 5_000 }, (_, index) => JSON.stringify(transaction(index))));
  await until(600, async () => {
    counts.push(await desiredCountOf("transaction-export"));
    return counts.at(-1) === 0 && (await queue.backlog()) === 0;
  });
  console.log(
    `tasks of the worker: ${counts.filter((each, at) => each !== counts[at - 1]).join(" → ")}`,
  );
  expect(counts.find((count) => count > 0)).toBe(1);
  expect(Math.max(...counts)).toBeGreaterThan(1);
});
