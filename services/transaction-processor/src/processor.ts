import { createHash, randomUUID } from "node:crypto";
import type { AccountQueues } from "./account-queues.js";
import type { AccountStore } from "./account-store.js";
import { ProblemError } from "./http/problem-error.js";
import { millisecondsOf } from "./timestamp.js";
import type { StoredTransaction } from "./transaction-row.js";
import type { Candidate, TransactionStore } from "./transaction-store.js";
import type { NewTransaction, Transaction } from "./schemas/transaction.js";

export interface Answer {
  readonly status: 201 | 202;
  readonly transaction: Transaction;
  /** This is what an earlier request with the key was answered. */
  readonly replayed: boolean;
}

/** Who takes a transaction, with what. */
export interface Caller {
  readonly caller: string;
  /** The request's own. */
  readonly authorization: string;
  readonly key: string;
}

/**
 * Takes transactions: the row is committed before anybody is asked, and its outcome before anybody
 * is answered. The answer is always made from the row, so that it can be given again.
 */
export class Processor {
  constructor(
    private readonly store: TransactionStore,
    private readonly accounts: AccountStore,
    private readonly queues: AccountQueues,
  ) {}

  async take({ caller, authorization, key }: Caller, given: NewTransaction): Promise<Answer> {
    const occurredAt = isoTime(given.occurredAt) ?? new Date().toISOString();
    const candidate: Candidate = {
      ...given,
      id: randomUUID(),
      accountId: given.accountId.toLowerCase(),
      occurredAt,
    };
    const hash = hashOf(given);
    if (!(await this.store.insert(candidate, caller, key, hash))) {
      const row = await this.store.findByKey(caller, key);
      if (!row) throw await this.#notTaken(caller, candidate);
      // An insert that is repeated on a new connection may meet its own row.
      if (row.transaction.id !== candidate.id) return this.#replay(row, hash);
    }
    return this.#decide(candidate, authorization);
  }

  async #notTaken(caller: string, { accountId, currency }: Candidate): Promise<ProblemError> {
    const found = await this.accounts.find(accountId);
    if (found?.owner !== caller) return wrong("accountId", "is no account of the caller");
    if (found.account.status === "closed") return new ProblemError(409, "the account is closed");
    if (found.account.currency !== currency) {
      return wrong("currency", `is not the account's, which is ${found.account.currency}`);
    }
    // It was opened in this moment.
    return new ProblemError(409, "the account has just changed", { retryAfterSeconds: 1 });
  }

  async #decide({ id, accountId }: Candidate, authorization: string): Promise<Answer> {
    const decided = await this.queues.decide({ id, accountId }, authorization);
    // Not pending any more if somebody came first, after all.
    const row = decided ?? (await this.store.answerPending(id)) ?? (await this.store.find(id));
    if (!row) throw new Error("a row that was just inserted is not found");
    const answer = answerOf(row);
    if (!answer) throw new ProblemError(409, IN_FLIGHT, { retryAfterSeconds: 1 });
    return { ...answer, replayed: false };
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
}

const IN_FLIGHT = "a request with this Idempotency-Key is still being worked on";

/** What the row's request was, or is to be, answered; undefined while it is in flight. */
function answerOf(row: StoredTransaction): Omit<Answer, "replayed"> | undefined {
  const { transaction, answered } = row;
  if (answered === 202) return { status: 202, transaction: asPending(transaction) };
  return transaction.status === "pending" ? undefined : { status: 201, transaction };
}

function wrong(field: string, detail: string): ProblemError {
  const errors = [{ pointer: `#/${field}`, detail }];
  return new ProblemError(422, "the account does not take this transaction", { errors });
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
