import type { Database } from "./database.js";
import type { Account, NewAccount } from "./schemas/account.js";

/** An account, and the caller that it belongs to: nobody yet, if it is older than callers. */
export interface StoredAccount {
  readonly account: Account;
  readonly owner: string | null;
}

interface Row {
  readonly id: string;
  readonly owner: string | null;
  readonly currency: string;
  readonly closed_at: Date | null;
}

/** The statements on the table `accounts`. Each may run twice and has its effect once. */
export class AccountStore {
  constructor(private readonly database: Database) {}

  /**
   * Also an account that is nobody's yet becomes the owner's, with the keys of its transactions.
   * Undefined if it is somebody's.
   */
  async open(
    id: string,
    owner: string,
    { currency, closed = false }: NewAccount,
  ): Promise<StoredAccount | undefined> {
    return this.#one(
      `WITH opened AS (
         INSERT INTO accounts (id, owner, currency, closed_at)
         VALUES ($1, $2, $3, CASE WHEN $4 THEN clock_timestamp() END)
         ON CONFLICT (id) DO UPDATE SET owner = $2, currency = $3,
           closed_at = coalesce(accounts.closed_at, excluded.closed_at)
         WHERE accounts.owner IS NULL
         RETURNING *
       ), adopted AS (
         UPDATE transactions SET caller = $2 FROM opened
         WHERE account_id = opened.id AND caller IS NULL AND NOT EXISTS (
           SELECT FROM transactions AS own
           WHERE own.caller = $2 AND own.idempotency_key = transactions.idempotency_key)
       )
       SELECT * FROM opened`,
      [id, owner, currency, closed],
    );
  }

  async find(id: string): Promise<StoredAccount | undefined> {
    return this.#one("SELECT * FROM accounts WHERE id = $1", [id]);
  }

  /**
   * The account takes no transaction once this has come back: taking one locks the same row. Undefined
   * if the owner has no such account.
   */
  async close(id: string, owner: string): Promise<StoredAccount | undefined> {
    return this.#one(
      `UPDATE accounts SET closed_at = coalesce(closed_at, clock_timestamp())
       WHERE id = $1 AND owner = $2 RETURNING *`,
      [id, owner],
    );
  }

  async #one(text: string, values: unknown[]): Promise<StoredAccount | undefined> {
    const [row] = await this.database.query<Row>(text, values);
    if (!row) return undefined;
    const { id, owner, currency, closed_at: closedAt } = row;
    return { account: { id, currency, status: closedAt ? "closed" : "open" }, owner };
  }
}
