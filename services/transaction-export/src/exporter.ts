import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { keyOf } from "./export-key.js";
import { type ExportMessage, NotUnderstood, readExport, writeExport } from "./export-message.js";
import { type ExportQueue, LEASE_SECONDS, type Message } from "./export-queue.js";
import { Outage } from "./outage.js";
import type { StatementBucket } from "./statement-bucket.js";

/** A batch that takes long asks for more time, well before its lease ends. */
const HOLD_EVERY_MS = 10_000;

/** Before a message whose object could not be written is tried again; doubles with each attempt. */
const FIRST_RETRY_SECONDS = 10;
const LONGEST_RETRY_SECONDS = 600;

type Queue = Pick<ExportQueue, "receive" | "delete" | "hold">;
type Bucket = Pick<StatementBucket, "write" | "check">;

/** What became of a message: its object is durable, it never can be, or not this time. */
type Outcome =
  | { readonly message: Message; readonly is: "written" | "not understood" }
  | { readonly message: Message; readonly is: "failed"; readonly error: unknown };

/**
 * Writes each message of the queue as an object of the bucket, and deletes the message after that:
 * whatever dies in between, the message comes again and its object is written again, the same. What
 * cannot be written stays in the queue, which moves it to the dead letters after its attempts. Any
 * number of them, in any number of tasks, may run at once.
 */
export class Exporter {
  readonly #stop = new AbortController();
  readonly #queueOutage: Outage;
  readonly #bucketOutage: Outage;
  #running: Promise<void> | undefined;

  constructor(
    private readonly queue: Queue,
    private readonly bucket: Bucket,
    private readonly log: Logger,
  ) {
    this.#queueOutage = new Outage("the queue", log);
    this.#bucketOutage = new Outage("the bucket", log);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Receives nothing more, and ends after the batch that is in its hands. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Receives a batch and works on it. */
  async round(): Promise<void> {
    const { signal } = this.#stop;
    let messages: Message[];
    try {
      messages = await this.queue.receive(signal);
    } catch (error) {
      if (!signal.aborted) this.#queueOutage.failed(error);
      return;
    }
    if (messages.length > 0) await this.#export(messages);
    // Otherwise that it gives messages is no proof that it lets them be deleted.
    else this.#queueOutage.ended();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.round();
      const pause = Math.max(this.#queueOutage.waitMs, this.#bucketOutage.waitMs);
      if (pause > 0) await this.#pause(pause);
      await this.#bucketToAnswer();
    }
  }

  /** While the bucket is away no message uses up its attempts. */
  async #bucketToAnswer(): Promise<void> {
    while (!this.#stop.signal.aborted && !(await this.#bucketAnswers())) {
      await this.#pause(this.#bucketOutage.waitMs);
    }
  }

  async #pause(waitMs: number): Promise<void> {
    await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  /** Taken for granted until a write fails. That it answers is no proof that it takes objects. */
  async #bucketAnswers(): Promise<boolean> {
    if (this.#bucketOutage.waitMs === 0) return true;
    try {
      await this.bucket.check();
      return true;
    } catch (error) {
      this.#bucketOutage.failed(error);
      return false;
    }
  }

  async #export(messages: readonly Message[]): Promise<void> {
    const inHand = new Set(messages);
    const holding = setInterval(() => {
      void this.#hold([...inHand], LEASE_SECONDS);
    }, HOLD_EVERY_MS);
    try {
      const outcomes = await Promise.all(
        messages.map(async (message) => {
          const outcome = await this.#write(message);
          if (outcome.is !== "written") inHand.delete(message);
          return outcome;
        }),
      );
      await this.#conclude(outcomes);
    } finally {
      clearInterval(holding);
    }
  }

  async #write(message: Message): Promise<Outcome> {
    let content: ExportMessage;
    try {
      content = readExport(message.body);
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      const { id: messageId, attempt } = message;
      this.log.error({ messageId, attempt, reason: error.message }, "a message is not understood");
      return { message, is: "not understood" };
    }
    try {
      await this.bucket.write(keyOf(content), `${writeExport(content)}\n`);
      return { message, is: "written" };
    } catch (error) {
      return { message, is: "failed", error };
    }
  }

  async #conclude(outcomes: readonly Outcome[]): Promise<void> {
    const written = outcomes.filter(({ is }) => is === "written").map(({ message }) => message);
    const failed = outcomes.filter((outcome) => outcome.is === "failed");
    if (written.length > 0) {
      this.#bucketOutage.ended();
      await this.#delete(written);
    } else if (failed[0]) {
      this.#bucketOutage.failed(failed[0].error);
    }
    // An outage is logged once, and not for each of its messages.
    const level = written.length > 0 ? "warn" : "debug";
    await Promise.all(
      failed.map(async ({ message, error }) => {
        const { id: messageId, attempt } = message;
        const retrySeconds = retryAfter(attempt);
        this.log[level]({ err: error, messageId, attempt, retrySeconds }, "a message waits");
        await this.#hold([message], retrySeconds);
      }),
    );
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    try {
      await this.queue.delete(messages);
      this.#queueOutage.ended();
      this.log.info({ count: messages.length }, "transactions are exported");
    } catch (error) {
      // They come again, and their objects are written again.
      this.#queueOutage.failed(error);
    }
  }

  /** If that fails the messages come again when their lease ends, or sooner than they should. */
  async #hold(messages: readonly Message[], seconds: number): Promise<void> {
    if (messages.length === 0) return;
    await this.queue.hold(messages, seconds).catch((error: unknown) => {
      this.#queueOutage.failed(error);
    });
  }
}

function retryAfter(attempt: number): number {
  return Math.min(FIRST_RETRY_SECONDS * 2 ** Math.min(attempt - 1, 20), LONGEST_RETRY_SECONDS);
}
