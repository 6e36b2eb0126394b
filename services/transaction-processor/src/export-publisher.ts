import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { BATCH, type ExportQueue, type Sent } from "./export-queue.js";
import type { Export, ExportStore } from "./export-store.js";

const IDLE_MS = 1000;

/** Up to which the wait after a failure doubles. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Sends decided transactions to bookkeeping, each at least once. Any number of them, in any number of
 * tasks, may run at once. While the queue is not to be reached the rows wait, and nothing else does.
 */
export class ExportPublisher {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  /** In a row. */
  #failures = 0;

  constructor(
    private readonly store: ExportStore,
    private readonly queue: ExportQueue,
    private readonly log: FastifyBaseLogger,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the batch that is in its hands. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Sends what is due, up to a batch; says how many the queue has taken. Logs changes alone. */
  async round(): Promise<number> {
    try {
      const due = await this.store.claim(BATCH);
      if (due.length === 0) return 0;
      const { accepted, refused } = await this.#send(due);
      // What was refused alone stays in this task's hands for its lease: others are not held up by it.
      await this.store.delete(accepted);
      if (refused === undefined) this.#recovered();
      else this.#failed({ reason: refused });
      return accepted.length;
    } catch (error) {
      this.#failed({ err: error });
      return 0;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const sent = await this.round();
      const pause = this.#failures > 0 ? this.#waitMs : sent < BATCH ? IDLE_MS : 0;
      // With jitter: tasks that failed together shall not come back together.
      const jittered = pause * (1 + Math.random() / 2);
      if (pause > 0) await sleep(jittered, undefined, { signal }).catch(() => undefined);
    }
  }

  async #send(due: readonly Export[]): Promise<Sent> {
    try {
      return await this.queue.send(due);
    } catch (error) {
      // If letting go fails too, they are free when their lease ends.
      const positions = due.map(({ position }) => position);
      await this.store.letGo(positions).catch(() => undefined);
      throw error;
    }
  }

  get #waitMs(): number {
    return Math.min(IDLE_MS * 2 ** Math.min(this.#failures - 1, 20), LONGEST_WAIT_MS);
  }

  #failed(context: { readonly reason: string } | { readonly err: unknown }): void {
    if (this.#failures++ === 0) this.log.warn(context, "exports wait: they cannot be sent");
  }

  #recovered(): void {
    if (this.#failures > 0) this.log.info("exports are sent again");
    this.#failures = 0;
  }
}
