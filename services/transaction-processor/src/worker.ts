import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import type { FraudDetection } from "./fraud-detection.js";
import type { Hold, TransactionStore } from "./transaction-store.js";
import type { Turns } from "./turns.js";

/** Accounts, and so questions, at a time: fraud-detection has new transactions to answer too. */
const BATCH = 4;

/** Transactions of an account in a round: others shall not wait for all of them. */
const RUN = 50;

const IDLE_MS = 1000;

/** Decides what was left pending. Any number of them, in any number of tasks, may run at once. */
export class Worker {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    private readonly store: TransactionStore,
    private readonly turns: Turns,
    private readonly fraudDetection: FraudDetection,
    private readonly log: FastifyBaseLogger,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the transactions that are in its hands. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Takes due accounts and decides what is pending there; says of how many that went well. */
  async round(): Promise<number> {
    const holder = randomUUID();
    const accounts = await this.store.claim(this.fraudDetection.isWell ? BATCH : 1, holder);
    const ended = accounts.map((accountId) => this.#decide({ accountId, holder }));
    return (await Promise.all(ended)).filter(Boolean).length;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const served = await this.#safeRound();
      const pause = this.fraudDetection.pauseMs || (served === 0 ? IDLE_MS : 0);
      // With jitter: tasks that started together shall not ask together.
      const jittered = pause * (1 + Math.random() / 2);
      if (pause > 0) await sleep(jittered, undefined, { signal }).catch(() => undefined);
    }
  }

  async #safeRound(): Promise<number> {
    if (this.fraudDetection.pauseMs > 0) return 0;
    try {
      return await this.round();
    } catch (error) {
      this.log.warn({ err: error }, "pending transactions cannot be looked after");
      return 0;
    }
  }

  /** Whether that went well: a failure is of this account, and no other's. */
  async #decide(hold: Hold): Promise<boolean> {
    try {
      for (let decided = 0; decided < RUN && !this.#stop.signal.aborted; decided++) {
        const outcome = await this.turns.take(hold, { isLast: () => false });
        if (typeof outcome === "string") break;
        const { decided: transactionId, row } = outcome;
        if (row) this.log.info({ transactionId }, "a pending transaction is decided");
      }
      return true;
    } catch (error) {
      this.log.warn({ err: error, accountId: hold.accountId }, "an account cannot be looked after");
      return false;
    } finally {
      await this.turns.end(hold);
    }
  }
}
