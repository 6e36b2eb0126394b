import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import type { Candidate } from "./schemas/decision.js";
import { FraudDetectionRefused } from "./fraud-detection-failure.js";
import type { FraudDetection } from "./fraud-detection.js";
import type { StoredTransaction } from "./transaction-row.js";
import type { TransactionStore } from "./transaction-store.js";
import type { Transaction } from "./schemas/transaction.js";

/** Also the number of questions at a time: fraud-detection has new transactions to answer too. */
const BATCH = 4;

const IDLE_MS = 1000;

/** Up to which the wait doubles: an outage ends for all rows, a refusal is of this row. */
const LONGEST_WAIT_MS = 10_000;
const LONGEST_WAIT_AFTER_REFUSAL_MS = 300_000;

/** Decides what was left pending. Any number of them, in any number of tasks, may run at once. */
export class Worker {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    private readonly store: TransactionStore,
    private readonly fraudDetection: FraudDetection,
    private readonly log: FastifyBaseLogger,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the rows that are in its hands. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Takes due rows and decides them, or postpones them; says how many it took. */
  async round(): Promise<number> {
    const rows = await this.store.claim(this.fraudDetection.isWell ? BATCH : 1);
    await Promise.all(rows.map((row) => this.#decide(row)));
    return rows.length;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const taken = await this.#safeRound();
      const pause = this.fraudDetection.pauseMs || (taken === 0 ? IDLE_MS : 0);
      // With jitter: tasks that started together shall not ask together.
      if (pause > 0) await sleep(jittered(pause), undefined, { signal }).catch(() => undefined);
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

  async #decide({ transaction, attempts }: StoredTransaction): Promise<void> {
    const transactionId = transaction.id;
    try {
      const candidate = candidateOf(transaction);
      const history = await this.store.history(candidate);
      const decision = await this.fraudDetection.score(candidate, history);
      if (await this.store.decide(transactionId, decision)) {
        this.log.info({ transactionId, attempts }, "a pending transaction is decided");
      }
    } catch (error) {
      const waitMs = waitAfter(error, attempts);
      this.log.warn({ err: error, transactionId, waitMs }, "a transaction stays pending");
      // If that fails too, the row comes back when its lease ends.
      await this.store.postpone(transactionId, waitMs).catch(() => undefined);
    }
  }
}

function candidateOf(transaction: Transaction): Candidate {
  const { id, accountId, amount, currency, country, merchantCategory, card, occurredAt } =
    transaction;
  return { id, accountId, amount, currency, country, merchantCategory, card, occurredAt };
}

function waitAfter(error: unknown, attempts: number): number {
  const longest =
    error instanceof FraudDetectionRefused ? LONGEST_WAIT_AFTER_REFUSAL_MS : LONGEST_WAIT_MS;
  return Math.round(jittered(Math.min(500 * 2 ** Math.min(attempts, 20), longest)));
}

/** From the given time to half as much again. */
function jittered(ms: number): number {
  return ms * (1 + Math.random() / 2);
}
