import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it, type TestContext } from "vitest";
import { writeExport } from "../src/export-message.js";
import { fakeAws } from "./aws/fake-aws.js";
import { QueueModel } from "./aws/queue-model.js";
import { message } from "./support/message.js";
import { ROOT } from "./support/root.js";
import { eventually } from "./support/wait.js";

/** The worker as its image starts it, with these variables only. */
function start(t: TestContext, environment: Record<string, string>) {
  const child = spawn(process.execPath, ["dist/main.js"], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => (output += String(text)));
  }
  const closed = once(child, "close");
  const lines = () =>
    output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = async () => {
    await closed;
    return child.exitCode;
  };
  return { child, ended, lines, output: () => output };
}

describe.concurrent("the process", () => {
  it("runs without network or credentials, says so once, and stops at once", async (t) => {
    const worker = start(t, {
      AWS_REGION: "us-east-1",
      // Nothing listens there.
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      EXPORTS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/exports",
      STATEMENTS_BUCKET: "platform-dev-statements",
    });
    await eventually(() => worker.output().includes("does not do its part"));
    // As long as the probe before the push looks on.
    await sleep(10_000);
    assert.equal(worker.child.exitCode, null);
    assert.deepEqual(
      worker.lines().map(({ level, message }) => [level, message]),
      [
        ["INFO", "started"],
        ["WARN", "the queue does not do its part"],
      ],
    );
    const since = performance.now();
    worker.child.kill("SIGTERM");
    assert.equal(await worker.ended(), 0);
    // 28 s after the signal it would end by itself, with another code.
    assert.ok(performance.now() - since < 20_000);
  });

  it("runs without a region, too", async (t) => {
    const worker = start(t, {
      EXPORTS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/exports",
      STATEMENTS_BUCKET: "platform-dev-statements",
    });
    await eventually(() => worker.output().includes("does not do its part"));
    await sleep(2000);
    assert.equal(worker.child.exitCode, null);
  });

  it("stops at once while it waits for messages", async (t) => {
    const { sqs, environment } = await fakeAws(t);
    const worker = start(t, environment);
    await eventually(() => sqs.count("ReceiveMessage") === 1);
    const since = performance.now();
    worker.child.kill("SIGTERM");
    assert.equal(await worker.ended(), 0);
    // The messages would be waited for until 20 s after the request.
    assert.ok(performance.now() - since < 15_000);
    const messages = worker.lines().map(({ message }) => message);
    assert.deepEqual(messages.toSorted(), ["started", "stopped", "stopping"]);
  });

  it("finishes its batch at SIGTERM, and exits 0", async (t) => {
    const { sqs, s3, environment } = await fakeAws(t);
    s3.refuse = async () => {
      await sleep(1500);
      return undefined;
    };
    sqs.model.send(writeExport(message()));
    const worker = start(t, environment);
    await eventually(() => s3.count("PUT") === 1);
    worker.child.kill("SIGTERM");
    assert.equal(await worker.ended(), 0);
    assert.deepEqual([sqs.model.bodies.length, s3.objects.size], [0, 1]);
  });

  it("that is killed again and again loses nothing", async (t) => {
    // What a killed process had is another's after 1 s here, instead of 30.
    let nowMs = 0;
    const clock = setInterval(() => (nowMs += 1500), 50);
    const { sqs, s3, environment } = await fakeAws(t, new QueueModel(1000, () => nowMs));
    t.onTestFinished(() => {
      clearInterval(clock);
    });
    s3.refuse = async () => {
      await sleep(20);
      return undefined;
    };
    const messages = Array.from({ length: 300 }, () => message());
    for (const each of messages) sqs.model.send(writeExport(each));
    for (let kills = 0; kills < 3; kills++) {
      const before = s3.objects.size;
      const worker = start(t, environment);
      await eventually(() => s3.objects.size >= before + 35);
      worker.child.kill("SIGKILL");
      await worker.ended();
    }
    assert.ok(sqs.model.bodies.length > 0, "it was done before it was killed");
    const last = start(t, environment);
    await eventually(() => sqs.model.bodies.length === 0);
    last.child.kill("SIGTERM");
    assert.equal(await last.ended(), 0);
    assert.equal(s3.objects.size, messages.length);
  });

  it("does not start with wrong settings, and says why in one line", async (t) => {
    const worker = start(t, { STATEMENTS_BUCKET: "platform-dev-statements" });
    assert.equal(await worker.ended(), 1);
    assert.match(worker.output(), /^transaction-export cannot start: EXPORTS_QUEUE_URL must .*\n$/);
  });
});
