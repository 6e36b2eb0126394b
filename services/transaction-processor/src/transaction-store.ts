import type { Cursor } from "./cursor.js";
import type { Database } from "./database.js";
import { STATUS_OF, type Decision } from "./schemas/decision.js";
import type { Transaction } from "./schemas/transaction.js";
import { type Row, type StoredTransaction, stored } from "./transaction-row.js";

/** fraud-detection's widest rule counts 80, this one included, whatever was decided on them. */
const LATEST = 80;

/**
 * Approved ones from before the latest: they make an account's usual, and no number of refused ones pushes
 * them out. More of either costs fraud-detection time.
 */
const APPROVED = 20;

const NEWEST_FIRST = "ORDER BY sequence DESC, created_at DESC, id DESC";

/**
 * How long an account is in somebody's hands, and a new row is left to its request. Whoever takes
 * longer loses nothing: the row is then scored twice, and decided once.
 */
export const LEASE_MS = 5000;
const LEASE = `${LEASE_MS} * interval '1 ms'`;

/** What a request gives; the service adds its id. */
export type Candidate = Pick<
  Transaction,
  | "id"
  | "accountId"
  | "amount"
  | "currency"
  | "country"
  | "merchantCategory"
  | "card"
  | "occurredAt"
>;

/** Who is to decide the account's next transaction. */
export interface Hold {
  readonly accountId: string;
  readonly holder: string;
}

/** An account's earliest pending transaction, and those before it that it is judged by, which all are decided. */
export interface Next {
  readonly head: StoredTransaction;
  /** Whether an attempt has failed, after which the next one is not due. */
  readonly waits: boolean;
  /** Newest first. */
  readonly past: readonly StoredTransaction[];
}

/**
 * The statements on the table `transactions`. Each may run twice and has its effect once.
 *
 * An account's transactions are in the order of their `sequence`, which is 0 for all that are older
 * than it; those are in the order of their times.
 */
export class TransactionStore {
  constructor(private readonly database: Database) {}

  /**
   * Keeps a row as pending, and gives it the account's next number: the lock on the account makes the
   * order of the numbers that of the commits. Undefined if the caller has used the key, if there is a
   * row with the id, or if the account is not one of the caller's, open, in this currency.
   */
  async insert(
    transaction: Candidate,
    caller: string,
    key: string,
    requestHash: Buffer,
  ): Promise<StoredTransaction | undefined> {
    const { id, accountId, amount, currency, country, merchantCategory, card } = transaction;
    return this.#one(
      `WITH account AS (
         UPDATE accounts SET last_sequence = last_sequence + 1
         WHERE id = $2 AND owner = $9 AND currency = $4 AND closed_at IS NULL AND NOT EXISTS (
           SELECT FROM transactions WHERE caller = $9 AND idempotency_key = $10)
         RETURNING last_sequence
       )
       INSERT INTO transactions (id, account_id, amount, currency, country, merchant_category, card,
         occurred_at, caller, idempotency_key, request_hash, next_attempt_at, sequence)
       SELECT $1::uuid, $2::uuid, $3::bigint, $4::text, $5::text, $6::text, $7::text,
         $8::timestamptz, $9::text, $10::text, $11::bytea, now() + ${LEASE}, last_sequence
       FROM account
       ON CONFLICT DO NOTHING RETURNING *`,
      [
        ...[id, accountId, amount, currency, country, merchantCategory, card],
        ...[transaction.occurredAt, caller, key, requestHash],
      ],
    );
  }

  async find(id: string): Promise<StoredTransaction | undefined> {
    return this.#one("SELECT * FROM transactions WHERE id = $1", [id]);
  }

  /** Undefined also if it is of another caller's account. */
  async findOwn(id: string, caller: string): Promise<StoredTransaction | undefined> {
    return this.#one(
      `SELECT transactions.* FROM transactions JOIN accounts ON accounts.id = account_id
       WHERE transactions.id = $1 AND owner = $2`,
      [id, caller],
    );
  }

  async findByKey(caller: string, key: string): Promise<StoredTransaction | undefined> {
    return this.#one("SELECT * FROM transactions WHERE caller = $1 AND idempotency_key = $2", [
      ...[caller, key],
    ]);
  }

  async findDecided(ids: readonly string[]): Promise<StoredTransaction[]> {
    return this.#many("SELECT * FROM transactions WHERE id = ANY ($1) AND status <> 'pending'", [
      ids,
    ]);
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

  /**
   * Takes the account into the holder's hands, or keeps it there, and says what is to be decided next.
   * Undefined if that is nothing, or if the account is in other hands.
   */
  async next({ accountId, holder }: Hold): Promise<Next | undefined> {
    const rows = await this.database.query<Row & { readonly waits: boolean }>(
      `WITH account AS (
         UPDATE accounts SET held_by = $2, held_until = now() + ${LEASE}
         WHERE id = $1 AND (held_by = $2 OR held_until <= now()) RETURNING id
       ), head AS (
         SELECT sequence, transactions.created_at, transactions.id
         FROM transactions JOIN account ON account.id = account_id
         WHERE status = 'pending'
         ORDER BY sequence, transactions.created_at, transactions.id LIMIT 1
       ), latest AS (
         SELECT * FROM transactions
         WHERE account_id = $1 AND (sequence, created_at, id) <= (SELECT * FROM head)
         ${NEWEST_FIRST} LIMIT ${LATEST + 1}
       ), approved AS (
         SELECT * FROM transactions
         WHERE account_id = $1 AND status = 'approved' AND (sequence, created_at, id) <
           (SELECT sequence, created_at, id FROM latest ORDER BY sequence, created_at, id LIMIT 1)
         ${NEWEST_FIRST} LIMIT ${APPROVED}
       )
       SELECT *, attempts > 0 AND next_attempt_at > now() AS waits
       FROM (SELECT * FROM latest UNION ALL SELECT * FROM approved) AS judged
       ${NEWEST_FIRST}`,
      [accountId, holder],
    );
    const [head, ...past] = rows.map(stored);
    return head && { head, waits: rows[0]?.waits ?? false, past };
  }

  /** Decides a pending row, and lets go of what is held. Undefined if somebody else decided it. */
  async decide(
    id: string,
    { decision, score, reasons, rulesVersion }: Decision,
    letGo?: Hold,
  ): Promise<StoredTransaction | undefined> {
    return this.#one(
      `WITH account AS (
         UPDATE accounts SET held_until = '-infinity' WHERE id = $6 AND held_by = $7
       )
       UPDATE transactions SET status = $2, score = $3, reasons = $4, rules_version = $5,
         decided_at = clock_timestamp(), answered = coalesce(answered, 201)
       WHERE id = $1 AND status = 'pending' RETURNING *`,
      [
        ...[id, STATUS_OF[decision], score, JSON.stringify(reasons), rulesVersion],
        ...[letGo?.accountId ?? null, letGo?.holder ?? null],
      ],
    );
  }

  async letGo({ accountId, holder }: Hold): Promise<void> {
    await this.database.query(
      "UPDATE accounts SET held_until = '-infinity' WHERE id = $1 AND held_by = $2",
      [accountId, holder],
    );
  }

  /**
   * Leaves the row to the worker: at once, unless an attempt has failed. Its request is answered 202.
   * Undefined if it is too late.
   */
  async answerPending(id: string): Promise<StoredTransaction | undefined> {
    return this.#one(
      `UPDATE transactions SET answered = 202,
         next_attempt_at = CASE WHEN attempts = 0 THEN now() ELSE next_attempt_at END
       WHERE id = $1 AND status = 'pending' AND answered IS NULL RETURNING *`,
      [id],
    );
  }

  /** The same for a row whose request never came to an end; undefined if it may still do so. */
  async answerAbandoned(id: string): Promise<StoredTransaction | undefined> {
    return this.#one(
      `UPDATE transactions SET answered = 202
       WHERE id = $1 AND status = 'pending' AND answered IS NULL
         AND created_at < now() - ${LEASE} RETURNING *`,
      [id],
    );
  }

  /**
   * Takes accounts whose earliest pending transaction is due into the holder's hands; no two tasks
   * take the same one.
   */
  async claim(limit: number, holder: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH due AS MATERIALIZED (
         SELECT accounts.id FROM transactions JOIN accounts ON accounts.id = account_id
         WHERE status = 'pending' AND next_attempt_at <= now() AND held_until <= now()
           AND NOT EXISTS (SELECT FROM transactions AS earlier
             WHERE earlier.account_id = accounts.id AND earlier.status = 'pending'
               AND (earlier.sequence, earlier.created_at, earlier.id)
                 < (transactions.sequence, transactions.created_at, transactions.id))
         ORDER BY next_attempt_at LIMIT $1 FOR UPDATE OF accounts SKIP LOCKED
       )
       UPDATE accounts SET held_by = $2, held_until = now() + ${LEASE}
       FROM due WHERE accounts.id = due.id RETURNING accounts.id`,
      [limit, holder],
    );
    return rows.map(({ id }) => id);
  }

  /** After an attempt that failed. */
  async postpone(id: string, delayMs: number, refusals: number): Promise<void> {
    await this.database.query(
      `UPDATE transactions SET attempts = attempts + 1, refusals = $3,
         next_attempt_at = now() + $2 * interval '1 ms'
       WHERE id = $1 AND status = 'pending'`,
      [id, delayMs, refusals],
    );
  }

  async #one(text: string, values: unknown[]): Promise<StoredTransaction | undefined> {
    return (await this.#many(text, values))[0];
  }

  async #many(text: string, values: unknown[]): Promise<StoredTransaction[]> {
    return (await this.database.query<Row>(text, values)).map(stored);
  }
}
