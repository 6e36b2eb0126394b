import type { Decision, Precedent, Question } from "./schemas/decision.js";
import type { Status, Transaction } from "./schemas/transaction.js";

/** A row: the transaction, and what only this service needs to know of it. */
export interface StoredTransaction {
  readonly transaction: Transaction;
  readonly requestHash: Buffer;
  readonly answered: 201 | 202 | null;
  /** That failed. */
  readonly attempts: number;
  /** Of those, the ones where fraud-detection did not take the transaction. */
  readonly refusals: number;
}

/** A row as the driver gives it. */
export interface Row {
  readonly id: string;
  readonly created_at: Date;
  readonly account_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly country: string;
  readonly merchant_category: string;
  readonly card: string;
  readonly occurred_at: Date;
  readonly status: Status;
  readonly score: number | null;
  readonly reasons: Transaction["reasons"];
  readonly decided_at: Date | null;
  readonly request_hash: Buffer;
  readonly answered: 201 | 202 | null;
  readonly attempts: number;
  readonly refusals: number;
}

export function stored(row: Row): StoredTransaction {
  const transaction: Transaction = {
    id: row.id,
    accountId: row.account_id,
    // The driver gives a bigint as text; the table allows no more than is exact as a number.
    amount: Number(row.amount),
    currency: row.currency,
    country: row.country,
    merchantCategory: row.merchant_category,
    card: row.card,
    occurredAt: row.occurred_at.toISOString(),
    status: row.status,
    score: row.score,
    reasons: row.reasons,
    createdAt: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  };
  const { answered, attempts, refusals } = row;
  return { transaction, requestHash: row.request_hash, answered, attempts, refusals };
}

export function questionOf(transaction: Transaction): Question {
  const { id, accountId } = transaction;
  return { id, accountId, ...paymentOf(transaction) };
}

/** None while it is pending: then there is nothing to learn from it. */
export function precedentOf(transaction: Transaction): Precedent[] {
  const decision = DECISION_OF[transaction.status];
  return decision ? [{ ...paymentOf(transaction), decision }] : [];
}

function paymentOf(transaction: Transaction) {
  const { amount, currency, country, merchantCategory, card, createdAt } = transaction;
  return { amount, currency, country, merchantCategory, card, occurredAt: createdAt };
}

const DECISION_OF: Readonly<Record<Status, Decision["decision"] | undefined>> = {
  approved: "approve",
  review: "review",
  declined: "decline",
  pending: undefined,
};
