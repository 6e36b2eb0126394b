import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { describe, it, type TestContext, vi } from "vitest";
import { ExportQueue } from "../src/export-queue.js";
import { keyOf } from "../src/export-key.js";
import { type ExportMessage, writeExport } from "../src/export-message.js";
import { Exporter } from "../src/exporter.js";
import { loggerOptions } from "../src/logger.js";
import { StatementBucket } from "../src/statement-bucket.js";
import { fakeAws } from "./aws/fake-aws.js";
import { message } from "./support/message.js";
import { eventually } from "./support/wait.js";

/** The worker with an SQS and an S3 of its own, and its log. */
async function start(t: TestContext) {
  const { sqs, s3, environment } = await fakeAws(t);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const lines: Record<string, unknown>[] = [];
  const log = pino(loggerOptions("info"), {
    write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const queue = new ExportQueue(environment.EXPORTS_QUEUE_URL);
  const bucket = new StatementBucket(environment.STATEMENTS_BUCKET);
  const exporter = new Exporter(queue, bucket, log);
  t.onTestFinished(async () => {
    await exporter.stop();
    queue.close();
    bucket.close();
    vi.unstubAllEnvs();
  });
  const send = (...messages: ExportMessage[]) => {
    for (const each of messages) sqs.model.send(writeExport(each));
  };
  const said = (text: string) => lines.filter(({ message }) => message === text);
  /** The seconds for which the worker asked that messages stay hidden. */
  const held = () =>
    sqs.requests
      .filter(({ action }) => action === "ChangeMessageVisibilityBatch")
      .flatMap(({ input }) => input.Entries.map(({ VisibilityTimeout }) => VisibilityTimeout));
  return { sqs, s3, exporter, send, lines, said, held };
}

describe("the worker", () => {
  it("writes an object for each message, and then deletes the message", async (t) => {
    const { sqs, s3, exporter, send } = await start(t);
    const messages = Array.from({ length: 25 }, () => message());
    send(...messages);
    exporter.start();
    await eventually(() => sqs.model.bodies.length === 0);
    const expected = messages.map((each) => [keyOf(each), `${writeExport(each)}\n`] as const);
    assert.deepEqual(s3.objects, new Map(expected));
  });

  it("waits for messages on the server, and for no more than it works on at a time", async (t) => {
    const { sqs, exporter } = await start(t);
    exporter.start();
    await eventually(() => sqs.count("ReceiveMessage") > 0);
    await sleep(300);
    assert.equal(sqs.count("ReceiveMessage"), 1);
    const { WaitTimeSeconds, MaxNumberOfMessages } = sqs.requests[0]?.input ?? assert.fail();
    assert.deepEqual(
      { WaitTimeSeconds, MaxNumberOfMessages },
      {
        ...{ WaitTimeSeconds: 20, MaxNumberOfMessages: 10 },
      },
    );
  });

  it("deletes no message before its object is durable", async (t) => {
    const { sqs, s3, exporter, send } = await start(t);
    let write: (status: undefined) => void = () => undefined;
    s3.refuse = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    send(message());
    const round = exporter.round();
    await eventually(() => s3.count("PUT") === 1);
    await sleep(100);
    assert.equal(sqs.count("DeleteMessageBatch"), 0);
    write(undefined);
    await round;
    assert.deepEqual([sqs.model.bodies.length, s3.objects.size], [0, 1]);
  });

  it("writes the same object again for a message that comes again", async (t) => {
    const { s3, exporter, send } = await start(t);
    const given = message();
    send(given, given);
    await exporter.round();
    const first = new Map(s3.objects);
    send(given);
    await exporter.round();
    assert.equal(s3.count("PUT"), 3);
    assert.deepEqual(s3.objects, first);
    assert.equal(first.size, 1);
  });

  it("leaves a message that it does not understand, and works on the others", async (t) => {
    const { sqs, s3, exporter, send, said } = await start(t);
    sqs.model.send('{"card":"4111 1111 1111 1111"}');
    send(message());
    await exporter.round();
    assert.equal(s3.objects.size, 1);
    assert.deepEqual(sqs.model.bodies, ['{"card":"4111 1111 1111 1111"}']);
    const [line] = said("a message is not understood");
    assert.equal(line?.["level"], "ERROR");
    assert.match(String(line["reason"]), /^it has wrong schemaVersion, id/);
    assert.ok(!JSON.stringify(line).includes("4111"));
  });

  it("lets a message come again soon whose object alone is not written", async (t) => {
    const { sqs, s3, exporter, send, said, held } = await start(t);
    const [good, bad] = [message(), message()];
    s3.refuse = (_method, key) => (key === keyOf(bad) ? 403 : undefined);
    send(good, bad);
    await exporter.round();
    assert.deepEqual(sqs.model.bodies, [writeExport(bad)]);
    assert.deepEqual(held(), [10]);
    const [line] = said("a message waits");
    assert.deepEqual([line?.["attempt"], line?.["retrySeconds"]], [1, 10]);
  });

  it("takes no more messages while the bucket is away, says so once, and goes on after it", async (t) => {
    const { sqs, s3, exporter, send, lines, said } = await start(t);
    const messages = Array.from({ length: 30 }, () => message());
    s3.refuse = () => 403;
    send(...messages);
    exporter.start();
    // It looks after the bucket, and not after the queue.
    await eventually(() => s3.count("HEAD") >= 2);
    assert.equal(sqs.count("ReceiveMessage"), 1);
    assert.equal(said("the bucket does not do its part").length, 1);
    assert.equal(lines.length, 1);
    s3.refuse = () => undefined;
    // The first ten wait for their second attempt.
    await eventually(() => s3.objects.size >= 20);
    assert.equal(said("the bucket does its part again").length, 1);
  });

  it("says once that the queue is away, and goes on after it", async (t) => {
    const { sqs, s3, exporter, send, lines, said } = await start(t);
    sqs.refuse = () => 403;
    send(message());
    exporter.start();
    await eventually(() => sqs.count("ReceiveMessage") >= 2);
    assert.equal(said("the queue does not do its part").length, 1);
    assert.equal(lines.length, 1);
    sqs.refuse = () => undefined;
    await eventually(() => s3.objects.size === 1);
    await eventually(() => said("the queue does its part again").length === 1);
  });

  it("loses nothing where a message cannot be deleted", async (t) => {
    const { sqs, s3, exporter, send } = await start(t);
    send(message());
    sqs.refuseEntry = () => true;
    await exporter.round();
    assert.deepEqual([sqs.model.bodies.length, s3.objects.size], [1, 1]);
  });

  it("keeps the messages of a batch that takes long", async (t) => {
    const { sqs, s3, exporter, send, held } = await start(t);
    let write: (status: undefined) => void = () => undefined;
    s3.refuse = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    send(message());
    const round = exporter.round();
    await eventually(() => held().length > 0);
    assert.deepEqual(held(), [30]);
    assert.deepEqual(sqs.model.receive(10, 1), []);
    write(undefined);
    await round;
    assert.equal(sqs.model.bodies.length, 0);
  });

  it("finishes its batch when it is stopped, and takes no other", async (t) => {
    const { sqs, s3, exporter, send } = await start(t);
    let write: (status: undefined) => void = () => undefined;
    s3.refuse = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    send(message());
    exporter.start();
    await eventually(() => s3.count("PUT") === 1);
    const stopped = exporter.stop();
    send(message());
    write(undefined);
    await stopped;
    assert.deepEqual([sqs.model.bodies.length, s3.objects.size], [1, 1]);
    assert.equal(sqs.count("ReceiveMessage"), 1);
  });
});
