import assert from "node:assert/strict";
import fc from "fast-check";
import { pino } from "pino";
import { describe, it } from "vitest";
import { keyOf } from "../src/export-key.js";
import { type ExportMessage, writeExport } from "../src/export-message.js";
import { Exporter } from "../src/exporter.js";
import { QueueModel } from "./aws/queue-model.js";
import { message } from "./support/message.js";

const silent = pino({ level: "silent" });

/** A minute: longer than a lease, and than the wait after a first attempt that failed. */
const LATER_MS = 60_000;

/** After which the process is gone: what it does from then on has no effect. */
type Crash = "before the write" | "after the write" | "never";

class World {
  readonly objects = new Map<string, string>();
  readonly queue: QueueModel;
  #nowMs = 0;

  constructor(attempts: number) {
    this.queue = new QueueModel(attempts, () => this.#nowMs);
  }

  /** A worker of its own works on a batch, with writes of which some fail. */
  async round(crash: Crash, fails: (key: string) => boolean): Promise<void> {
    let gone = crash === "before the write";
    const effect = (act: () => void) => {
      if (gone) return Promise.reject(new Error("the process is gone"));
      act();
      return Promise.resolve();
    };
    const queue = {
      receive: () =>
        Promise.resolve(
          this.queue.receive(10, 30).map(({ id, receipt, body, attempt }) => ({
            ...{ id, receipt, body, attempt },
          })),
        ),
      delete: (messages: readonly { receipt: string }[]) =>
        effect(() => {
          for (const { receipt } of messages) this.queue.delete(receipt);
        }),
      hold: (messages: readonly { receipt: string }[], seconds: number) =>
        effect(() => {
          for (const { receipt } of messages) this.queue.hold(receipt, seconds);
        }),
    };
    const bucket = {
      write: (key: string, text: string) =>
        fails(key)
          ? Promise.reject(new Error("refused"))
          : effect(() => {
              this.objects.set(key, text);
              // Of this batch others may have been written, or not.
              if (crash === "after the write") gone = true;
            }),
      check: () => Promise.resolve(),
    };
    await new Exporter(queue, bucket, silent).round();
  }

  later(): void {
    this.#nowMs += LATER_MS;
  }
}

const messages = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 25 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc
        .record({
          amount: fc.bigInt({ min: 1n, max: 1_000_000_000_000n }).map(String),
          day: fc.constantFrom("2026-11-28", "2026-11-29"),
        })
        .map(({ amount, day }) => message({ id, amount, decidedAt: `${day}T12:00:00.000Z` })),
    ),
  ),
);

/** What happens one after the other, before all is well. */
const events = fc.array(
  fc.oneof(
    fc.record({ send: fc.nat() }),
    fc.record({
      crash: fc.constantFrom<Crash>("before the write", "after the write", "never"),
      failing: fc.nat({ max: 3 }),
    }),
    fc.constant("later" as const),
  ),
  { maxLength: 30 },
);

const sumOf = (amounts: readonly string[]) =>
  amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);

describe("whatever is sent twice, fails, or dies", () => {
  it("leaves exactly one object for each transaction, with its content, and so the sum", async () => {
    await fc.assert(
      fc.asyncProperty(messages, events, async (given, happens) => {
        const world = new World(Number.POSITIVE_INFINITY);
        const sent = new Map<string, ExportMessage>();
        const send = (index: number) => {
          const each = given[index % given.length] ?? assert.fail();
          sent.set(each.id, each);
          world.queue.send(writeExport(each));
        };
        for (const event of happens) {
          if (event === "later") world.later();
          else if ("send" in event) send(event.send);
          else {
            const { crash, failing } = event;
            await world.round(crash, (key) => failing > 0 && key.charCodeAt(20) % failing === 0);
          }
        }
        for (let index = 0; index < given.length; index++) send(index);
        for (let times = 0; world.queue.bodies.length > 0 && times < 100; times++) {
          // The longest wait, which many failed attempts lead to.
          for (let minutes = 0; minutes < 10; minutes++) world.later();
          await world.round("never", () => false);
        }
        assert.deepEqual(world.queue.bodies, []);
        const expected = [...sent.values()].map(
          (each) => [keyOf(each), `${writeExport(each)}\n`] as const,
        );
        assert.deepEqual(world.objects, new Map(expected));
        const written = [...world.objects.values()].map(
          (text) => JSON.parse(text) as ExportMessage,
        );
        assert.equal(
          sumOf(written.map(({ amount }) => amount)),
          sumOf(given.map(({ amount }) => amount)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("brings what is not understood to the dead letters, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(messages, fc.array(fc.string(), { maxLength: 5 }), async (given, poison) => {
        const world = new World(5);
        for (const each of given) world.queue.send(writeExport(each));
        for (const text of poison) world.queue.send(`poison ${text}`);
        for (let times = 0; times < 12; times++) {
          await world.round("never", () => false);
          world.later();
        }
        assert.deepEqual(world.queue.bodies, []);
        assert.deepEqual(
          world.queue.deadLetters.toSorted(),
          poison.map((text) => `poison ${text}`).toSorted(),
        );
        assert.equal(world.objects.size, given.length);
      }),
      { numRuns: 100 },
    );
  });
});
