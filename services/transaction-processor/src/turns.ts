import type { FastifyBaseLogger } from "fastify";
import { CallerNotServed, FraudDetectionRefused } from "./fraud-detection-failure.js";
import type { FraudDetection } from "./fraud-detection.js";
import type { Decision } from "./schemas/decision.js";
import { precedentOf, questionOf, type StoredTransaction } from "./transaction-row.js";
import type { Hold, TransactionStore } from "./transaction-store.js";

/** Up to which the wait doubles. */
const LONGEST_WAIT_MS = 10_000;

/** So often a transaction is refused until a person has to decide it. Some 15 s, with the waits. */
const REFUSALS = 5;

/** Keeps an account that its transaction would block for ever; of no rule, hence without points. */
const UNSCORED: Decision = {
  score: 0,
  decision: "review",
  reasons: [{ rule: "unscored", points: 0, detail: "fraud-detection does not take it" }],
  rulesVersion: "none",
};

/**
 * What a turn comes to: a transaction is decided; nothing can be done now; or there is nothing to do,
 * as far as this task knows, which includes that another task does it.
 */
export type Outcome = Decided | "failed" | "idle";

interface Decided {
  readonly decided: string;
  readonly row: StoredTransaction | undefined;
  /** Whether the account is free for others. */
  readonly free: boolean;
}

interface Circumstances {
  /** Of the caller that waits, if one does. */
  readonly authorization?: string | undefined;
  /** Whether the holder has nothing to do once this transaction is decided. */
  readonly isLast: (id: string) => boolean;
}

/**
 * Decides an account's transactions one after the other, in the order in which they were taken, from
 * whatever task: each is judged by the decisions on all before it. The account is in the hands of one
 * holder meanwhile, by a mark in its row; no connection waits for fraud-detection.
 */
export class Turns {
  constructor(
    private readonly store: TransactionStore,
    private readonly fraudDetection: FraudDetection,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Decides the account's earliest pending transaction. */
  async take(hold: Hold, { authorization, isLast }: Circumstances): Promise<Outcome> {
    const next = await this.store.next(hold);
    if (!next) return "idle";
    const { head, past, waits } = next;
    // After an outage whoever comes may try; a transaction that was refused has its time.
    if (head.refusals > 0 && waits) return "failed";
    const { transaction } = head;
    const history = past.flatMap((row) => precedentOf(row.transaction));
    let decision: Decision;
    try {
      decision = await this.fraudDetection.score(questionOf(transaction), history, authorization);
    } catch (error) {
      if (!isPoison(error, head)) return this.#postpone(error, head);
      this.log.error({ err: error, transactionId: transaction.id }, "a person has to decide");
      decision = UNSCORED;
    }
    const free = isLast(transaction.id);
    const row = await this.store.decide(transaction.id, decision, free ? hold : undefined);
    return { decided: transaction.id, row, free };
  }

  /** The account is free for others. If that fails, it is when its lease ends. */
  async end(hold: Hold): Promise<void> {
    await this.store.letGo(hold).catch((error: unknown) => {
      this.log.warn({ err: error }, "an account is held until its lease ends");
    });
  }

  async #postpone(error: unknown, head: StoredTransaction): Promise<"failed"> {
    const { attempts, refusals, transaction } = head;
    const waitMs = error instanceof CallerNotServed ? 0 : waitAfter(attempts);
    const context = { err: error, transactionId: transaction.id, waitMs };
    this.log.warn(context, "a transaction stays pending");
    const refused = error instanceof FraudDetectionRefused ? 1 : 0;
    await this.store.postpone(transaction.id, waitMs, refusals + refused);
    return "failed";
  }
}

function isPoison(error: unknown, { refusals }: StoredTransaction): boolean {
  return error instanceof FraudDetectionRefused && refusals + 1 >= REFUSALS;
}

/** With jitter: tasks that failed together shall not come back together. */
function waitAfter(attempts: number): number {
  const wait = Math.min(1000 * 2 ** Math.min(attempts, 20), LONGEST_WAIT_MS);
  return Math.round(wait * (1 + Math.random() / 2));
}
