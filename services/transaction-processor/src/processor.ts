import { createHash, randomUUID } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import type { Candidate, Decision } from "./schemas/decision.js";
import type { FraudDetection } from "./fraud-detection.js";
import { ProblemError } from "./problems.js";
import { millisecondsOf } from "./timestamp.js";
import type { StoredTransaction } from "./transaction-row.js";
import type { TransactionStore } from "./transaction-store.js";
import type { NewTransaction, Transaction } from "./schemas/transaction.js";

export interface Answer {
  readonly status: 201 | 202;
  readonly transaction: Transaction;
  /** This is what an earlier request with the key was answered. */
  readonly replayed: boolean;
}

/**
 * Takes transactions: the row is committed before anybody is asked, and its outcome before anybody
 * is answered. The answer is always made from the row, so that it can be given again.
 */
export class Processor {
  constructor(
    private readonly store: TransactionStore,
    private readonly fraudDetection: FraudDetection,
  ) {}

  async take(key: string, given: NewTransaction, log: FastifyBaseLogger): Promise<Answer> {
    const occurredAt = isoTime(given.occurredAt) ?? new Date().toISOString();
    const candidate: Candidate = {
      ...given,
      id: randomUUID(),
      accountId: given.accountId.toLowerCase(),
      occurredAt,
    };
    const hash = hashOf(given);
    if (!(await this.store.insert(candidate, key, hash))) {
      const row = await this.#rowOf(key);
      // An insert that is repeated on a new connection may meet its own row.
      if (row.transaction.id !== candidate.id) return this.#replay(row, hash);
    }
    return this.#decide(candidate, log);
  }

  async #decide(candidate: Candidate, log: FastifyBaseLogger): Promise<Answer> {
    const decision = await this.#ask(candidate, log);
    const row = decision
      ? await this.store.decideAndAnswer(candidate.id, decision)
      : await this.store.answerPending(candidate.id);
    // None if the worker or another request with the key came first, after the lease.
    const answer = answerOf(row ?? (await this.#found(candidate.id)));
    if (!answer) throw new ProblemError(409, IN_FLIGHT, { retryAfterSeconds: 1 });
    return { ...answer, replayed: false };
  }

  async #ask(candidate: Candidate, log: FastifyBaseLogger): Promise<Decision | undefined> {
    const history = await this.store.history(candidate);
    try {
      return await this.fraudDetection.score(candidate, history);
    } catch (error) {
      log.warn({ err: error, transactionId: candidate.id }, "the transaction is kept as pending");
      return undefined;
    }
  }

  async #replay(row: StoredTransaction, hash: Buffer): Promise<Answer> {
    if (!row.requestHash.equals(hash)) {
      throw new ProblemError(409, "this Idempotency-Key was used with another body");
    }
    const answer =
      answerOf(row) ?? answerOf((await this.store.answerAbandoned(row.transaction.id)) ?? row);
    if (!answer) throw new ProblemError(409, IN_FLIGHT, { retryAfterSeconds: 1 });
    return { ...answer, replayed: true };
  }

  async #rowOf(key: string): Promise<StoredTransaction> {
    const row = await this.store.findByKey(key);
    if (!row) throw new Error("the row of a key that exists is not found");
    return row;
  }

  async #found(id: string): Promise<StoredTransaction> {
    const row = await this.store.find(id);
    if (!row) throw new Error("a row that was just inserted is not found");
    return row;
  }
}

const IN_FLIGHT = "a request with this Idempotency-Key is still being worked on";

/** What the row's request was, or is to be, answered; undefined while it is in flight. */
function answerOf(row: StoredTransaction): Omit<Answer, "replayed"> | undefined {
  const { transaction, answered } = row;
  if (answered === 202) return { status: 202, transaction: asPending(transaction) };
  return transaction.status === "pending" ? undefined : { status: 201, transaction };
}

/** As the row was before the worker decided it. */
function asPending(transaction: Transaction): Transaction {
  return { ...transaction, status: "pending", score: null, reasons: [], decidedAt: null };
}

/** The same for the same body, however its fields are ordered and its time is written. */
function hashOf(given: NewTransaction): Buffer {
  const occurredAt = isoTime(given.occurredAt);
  const body = { ...given, accountId: given.accountId.toLowerCase(), occurredAt };
  const fields = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(fields)).digest();
}

function isoTime(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(millisecondsOf(text)).toISOString();
}
