import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FOLDER } from "../../../project";
import { until } from "../e2e/support/until";
import { Checkout, changesOf, noChange } from "../e2e/support/checkout";
import {
  containersOf,
  desiredCountOf,
  invalidRequests,
  logOfLocalAws,
  taskDefinitions,
} from "../e2e/support/local-aws";
import { DAY, Queue, exported, read, transaction } from "./bookkeeping";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 900_000 });

const MESSAGES = 10_000;

/** Sent a second time, as SQS itself may deliver twice. */
const DUPLICATES = 500;

/** IAM decides as on AWS, and a minute of metrics and alarms lasts five seconds. */
const STRICT_AND_FAST = { LOCAL_AWS_IAM: "enforced", LOCAL_AWS_MINUTE: "5" };

const POISON = "this is no transaction";

const checkout = new Checkout(path.join(PROJECT_FOLDER, ".platform", "e2e"));

afterAll(async () => {
  await checkout.run("npx platform down", 300, STRICT_AND_FAST);
});

const up = () => checkout.run("npx platform up", 900, STRICT_AND_FAST);

test("up brings the worker with its queue and its bucket, where IAM is enforced", async () => {
  const { exitCode } = await up();
  expect(exitCode).toBe(0);
});

test(`of ${MESSAGES} messages none is lost while the worker's tasks are killed`, async () => {
  const queue = await Queue.open();
  const transactions = Array.from({ length: MESSAGES }, (_, index) => transaction(index));
  const texts = transactions.map((each) => JSON.stringify(each));
  const started = performance.now();
  const sent = queue.send([...texts, ...texts.slice(0, DUPLICATES)]);
  let killed = 0;
  let most = 0;
  await until(900, async () => {
    const backlog = await queue.backlog();
    const [task, another] = await containersOf("transaction-export");
    most = Math.max(most, await desiredCountOf("transaction-export"));
    // At first the only one; then those that the backlog has added, which need a while to appear.
    if (backlog > 100 && task && (another || killed < 2)) {
      // It may have ended by itself.
      await task.kill().then(
        () => killed++,
        () => undefined,
      );
      await sleep(5000);
    }
    return backlog === 0;
  });
  await sent;
  const seconds = (performance.now() - started) / 1000;
  const keys = new Set(await exported());
  console.log(
    `${MESSAGES} messages and ${DUPLICATES} duplicates in ${seconds.toFixed(0)} s, ${killed} tasks killed: ` +
      `${keys.size} objects, ${await queue.dead()} dead letters; at most ${most} tasks`,
  );

  expect(killed).toBeGreaterThan(3);
  expect(most).toBe(4);
  expect([...keys].sort()).toEqual(
    transactions.map(({ id }) => `exports/${DAY}/${id}.json`).sort(),
  );
  expect(await queue.dead()).toBe(0);
  for (const each of transactions.slice(0, 50)) {
    expect(JSON.parse(await read(`exports/${DAY}/${each.id}.json`))).toEqual(each);
  }
});

test("the tasks that the backlog added go again once the queue is empty", async () => {
  await until(600, async () => (await desiredCountOf("transaction-export")) === 1);
});

test("a message that is none ends among the dead letters, where an alarm sees it, and holds up no other", async () => {
  const queue = await Queue.open();
  const after = transaction(0);
  await queue.send([POISON, JSON.stringify(after)]);
  await until(60, async () => (await exported()).includes(`exports/${DAY}/${after.id}.json`));
  await until(600, async () => (await queue.dead()) === 1);
  expect(await queue.oneDeadLetter()).toBe(POISON);
  expect(await queue.backlog()).toBe(0);
});

test("verify passes under enforced IAM, to the totals of the day", async () => {
  const { exitCode, output } = await checkout.run("npx platform verify", 180, STRICT_AND_FAST);
  expect(exitCode).toBe(0);
  expect(output).toContain("the nightly job adds them up");
});

describe("a secret", () => {
  const SECRET = `sk_live_${randomBytes(16).toString("hex")}`;

  /** A command in a shell that works with the local AWS. */
  const inShell = (command: string, limit: number) =>
    checkout.run(`bash -c 'eval "$(npx platform env)" && ${command}'`, limit, STRICT_AND_FAST);

  test("that is not set is missed before anything changes, with the command that sets it", async () => {
    checkout.edit("services/index.ts", 'receives: ["exports"],', '$& secrets: ["SIGNING_KEY"],');
    const { exitCode, output } = await checkout.run("npx platform up", 300, STRICT_AND_FAST);
    expect(exitCode).toBe(1);
    expect(output).toContain("npx platform secret set e2e transaction-export SIGNING_KEY");
    expect(output).not.toContain("Stack registry");
  });

  test("is set from the standard input, and the tasks get it", async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "secret-")), "value");
    writeFileSync(file, SECRET, { mode: 0o600 });
    const set = `npx platform secret set e2e transaction-export SIGNING_KEY < ${file}`;
    expect((await inShell(set, 60)).exitCode).toBe(0);
    expect((await up()).exitCode).toBe(0);
    for (const task of await containersOf("transaction-export")) {
      expect((await task.inspect()).Config.Env).toContain(`SIGNING_KEY=${SECRET}`);
    }
  });

  test("and single commands get it, whose log and exit code are those of the command", async () => {
    const program = "process.exit(process.env.SIGNING_KEY.length)";
    const command = `npx platform run e2e transaction-export -- node -e "${program}"`;
    expect((await inShell(command, 120)).exitCode).toBe(SECRET.length);
  });

  test("is in no state, plan, log or file of the project, and in no task definition", async () => {
    const plan = await inShell("npx platform plan e2e --out .platform/plan-of-the-secret", 300);
    expect(plan.output).not.toContain(SECRET);
    const { exitCode, stdout } = await execa(
      "grep",
      ["--recursive", "--files-with-matches", "--fixed-strings", SECRET, checkout.folder],
      { reject: false },
    );
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(await taskDefinitions()).not.toContain(SECRET);
    expect(await logOfLocalAws()).not.toContain(SECRET);
  });
});

describe("a sidecar", () => {
  const OTEL = `sidecars: { otel: {
    folder: "sidecars/otel-collector",
    environment: { OTLP_ENDPOINT: "print" },
    health: { command: ["/otel-collector", "check"] },
  } },`;

  /** A span of the service, which it sends to the collector of its own task. */
  const SPAN = {
    traceId: randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    name: "an export",
    startTimeUnixNano: "1",
    endTimeUnixNano: "2",
  };

  let remove: () => void;

  test("is built, probed and pushed like all, and runs in each task of its service", async () => {
    remove = checkout.edit("services/index.ts", 'receives: ["exports"],', `$& ${OTEL}`);
    const { exitCode, output } = await up();
    expect(exitCode).toBe(0);
    // The collector's image and its probe; another revision of the worker's task definition.
    expect(changesOf("registry", output)).toBe("2 to add, 0 to change, 0 to destroy");
    expect(changesOf("images", output)).toBe("4 to add, 0 to change, 0 to destroy");
    const tasks = await containersOf("transaction-export");
    expect(tasks.length).toBeGreaterThan(0);
    expect(await containersOf("otel")).toHaveLength(tasks.length);
  });

  test("gets at 127.0.0.1 what its service sends", async () => {
    const [[task], [collector]] = await Promise.all([
      containersOf("transaction-export"),
      containersOf("otel"),
    ]);
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] });
    const program = `fetch("http://127.0.0.1:4318/v1/traces", {
      method: "POST", headers: { "content-type": "application/json" }, body: process.argv[1],
    }).then(({ status }) => process.stdout.write(String(status)))`;
    const sent = await execa("docker", ["exec", task?.id ?? "", "node", "-e", program, body]);
    expect(sent.stdout).toBe("200");
    await until(30, async () => {
      const log = await collector?.logs({ stdout: true, stderr: true });
      return log?.toString().includes(SPAN.traceId) ?? false;
    });
  });

  test("is beside single commands, too", async () => {
    const program = "fetch(process.argv[1]).then(({ status }) => process.exit(status % 100))";
    const words = `node -e "${program}" http://127.0.0.1:4318`;
    const command = `bash -c 'eval "$(npx platform env)" && npx platform run e2e transaction-export -- ${words}'`;
    // 404, which is an answer.
    expect((await checkout.run(command, 180, STRICT_AND_FAST)).exitCode).toBe(4);
  });

  test("that is killed takes its task with it, which ECS replaces", async () => {
    const [before] = await containersOf("otel");
    await before?.kill();
    await until(180, async () => {
      const [after] = await containersOf("otel");
      return after !== undefined && after.id !== before?.id;
    });
  });

  test("that leaves the catalogue goes, and its repository last", async () => {
    remove();
    const { exitCode, output } = await up();
    expect(exitCode).toBe(0);
    expect(await containersOf("otel")).toEqual([]);
    expect(output).toContain("transaction-export_otel");
    const plan = await checkout.run("npx platform up", 300, STRICT_AND_FAST);
    for (const stack of ["registry", "images", "platform"]) {
      expect(changesOf(stack, plan.output)).toBe(noChange);
    }
  });
});

describe("a command in a running task", () => {
  // Its input must be a terminal, which `script` makes.
  const inTask = (words: string) =>
    checkout.run(
      `bash -c 'eval "$(npx platform env)" && script -qec "npx platform exec e2e transaction-export -- ${words}" /dev/null'`,
      60,
      STRICT_AND_FAST,
    );

  test("is refused in an environment without exec", async () => {
    const { exitCode, output } = await inTask("id -u");
    expect(exitCode).toBe(1);
    expect(output).toContain("Nobody can enter the tasks of e2e");
  });

  test("runs as root where the environment has exec, which is deployed in one step", async () => {
    checkout.edit("environments.ts", "local: {", "$& exec: true,");
    expect((await up()).exitCode).toBe(0);
    const { exitCode, output } = await inTask("id -u");
    expect(exitCode).toBe(0);
    // Both the terminal of the container and this one put a carriage return before a new line.
    expect(output.split(/\r*\n/)).toContain("0");
    const again = await up();
    expect(changesOf("platform", again.output)).toBe(noChange);
  });
});

test("every request is valid according to AWS's own models", async () => {
  expect(await invalidRequests()).toEqual([]);
});
