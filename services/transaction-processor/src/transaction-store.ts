import type { Cursor } from "./cursor.js";
import type { Database } from "./database.js";
import { STATUS_OF, type Candidate, type Decision, type Precedent } from "./schemas/decision.js";
import { type Row, type StoredTransaction, precedentOf, stored } from "./transaction-row.js";

/** fraud-detection looks at no more. */
const HISTORY = 50;

/**
 * How long a row is in somebody's hands. Whoever takes longer loses nothing: the row is then scored
 * twice, and decided once.
 */
export const LEASE_MS = 5000;

const DECIDE = `UPDATE transactions
  SET status = $2, score = $3, reasons = $4, rules_version = $5, decided_at = clock_timestamp()`;

/** The statements on the table `transactions`. Each may run twice and has its effect once. */
export class TransactionStore {
  constructor(private readonly database: Database) {}

  /** Keeps a row as pending. Undefined if there is one with this key or id. */
  async insert(
    transaction: Candidate,
    key: string,
    requestHash: Buffer,
  ): Promise<StoredTransaction | undefined> {
    const { id, accountId, amount, currency, country, merchantCategory, card } = transaction;
    return this.#one(
      `INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, idempotency_key, request_hash, next_attempt_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11 * interval '1 ms')
       ON CONFLICT DO NOTHING RETURNING *`,
      [
        ...[id, accountId, amount, currency, country, merchantCategory, card],
        ...[transaction.occurredAt, key, requestHash, LEASE_MS],
      ],
    );
  }

  async find(id: string): Promise<StoredTransaction | undefined> {
    return this.#one("SELECT * FROM transactions WHERE id = $1", [id]);
  }

  async findByKey(key: string): Promise<StoredTransaction | undefined> {
    return this.#one("SELECT * FROM transactions WHERE idempotency_key = $1", [key]);
  }

  /** Newest first. */
  async list(accountId: string, limit: number, after?: Cursor): Promise<StoredTransaction[]> {
    return this.#many(
      `SELECT * FROM transactions
       WHERE account_id = $1 AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $2`,
      [accountId, limit, after?.createdAt ?? null, after?.id ?? null],
    );
  }

  /** The account's latest decided transactions before this one, newest first. */
  async history({ id, accountId }: Candidate): Promise<Precedent[]> {
    const rows = await this.#many(
      `SELECT * FROM transactions
       WHERE account_id = $1 AND status <> 'pending' AND (created_at, id) <
         (SELECT created_at, id FROM transactions WHERE id = $2)
       ORDER BY created_at DESC, id DESC LIMIT ${HISTORY}`,
      [accountId, id],
    );
    return rows.flatMap(({ transaction }) => precedentOf(transaction));
  }

  /** Decides for the request that made the row, which is answered 201. Undefined if it is too late. */
  async decideAndAnswer(id: string, decision: Decision): Promise<StoredTransaction | undefined> {
    return this.#one(
      `${DECIDE}, answered = 201
       WHERE id = $1 AND status = 'pending' AND answered IS NULL RETURNING *`,
      decisionValues(id, decision),
    );
  }

  /** Decides a pending row. Undefined if somebody else did. */
  async decide(id: string, decision: Decision): Promise<StoredTransaction | undefined> {
    return this.#one(
      `${DECIDE} WHERE id = $1 AND status = 'pending' RETURNING *`,
      decisionValues(id, decision),
    );
  }

  /** Leaves the row to the worker; its request is answered 202. Undefined if it is too late. */
  async answerPending(id: string): Promise<StoredTransaction | undefined> {
    return this.#one(
      `UPDATE transactions SET answered = 202, next_attempt_at = now()
       WHERE id = $1 AND status = 'pending' AND answered IS NULL RETURNING *`,
      [id],
    );
  }

  /** The same for a row whose request never came to an end; undefined if it may still do so. */
  async answerAbandoned(id: string): Promise<StoredTransaction | undefined> {
    return this.#one(
      `UPDATE transactions SET answered = 202
       WHERE id = $1 AND status = 'pending' AND answered IS NULL
         AND created_at < now() - ${LEASE_MS} * interval '1 ms' RETURNING *`,
      [id],
    );
  }

  /** Takes due rows into this task's hands; no two tasks take the same one. */
  async claim(limit: number): Promise<StoredTransaction[]> {
    return this.#many(
      `WITH due AS MATERIALIZED (
         SELECT id FROM transactions WHERE status = 'pending' AND next_attempt_at <= now()
         ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
       )
       UPDATE transactions
       SET attempts = attempts + 1, next_attempt_at = now() + ${LEASE_MS} * interval '1 ms'
       FROM due WHERE transactions.id = due.id RETURNING transactions.*`,
      [limit],
    );
  }

  async postpone(id: string, delayMs: number): Promise<void> {
    await this.database.query(
      `UPDATE transactions SET next_attempt_at = now() + $2 * interval '1 ms'
       WHERE id = $1 AND status = 'pending'`,
      [id, delayMs],
    );
  }

  async #one(text: string, values: unknown[]): Promise<StoredTransaction | undefined> {
    return (await this.#many(text, values))[0];
  }

  async #many(text: string, values: unknown[]): Promise<StoredTransaction[]> {
    return (await this.database.query<Row>(text, values)).map(stored);
  }
}

function decisionValues(id: string, { decision, score, reasons, rulesVersion }: Decision) {
  return [id, STATUS_OF[decision], score, JSON.stringify(reasons), rulesVersion];
}
