import type { Database } from "./database.js";
import type { ExportMessage } from "./export-message.js";

/**
 * How long a task may take to send what it has claimed. One that takes longer, or dies, loses nothing:
 * the messages are then sent twice, which is harmless.
 */
const LEASE = "interval '30 s'";

/** A message that is to be sent. */
export interface Export {
  /** Names its row. */
  readonly position: string;
  readonly message: ExportMessage;
}

interface Row {
  readonly position: string;
  readonly id: string;
  readonly account_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly merchant_category: string;
  readonly country: string;
  readonly status: ExportMessage["status"];
  readonly decided_at: Date;
}

/** The statements on the table `exports`, whose rows the database itself makes. */
export class ExportStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes the earliest rows into this task's hands; no two tasks take the same one. No connection waits
   * for the queue meanwhile.
   */
  async claim(limit: number): Promise<Export[]> {
    const rows = await this.database.query<Row>(
      `WITH due AS MATERIALIZED (
         SELECT position FROM exports WHERE held_until <= now()
         ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED
       ), claimed AS (
         UPDATE exports SET held_until = now() + ${LEASE}
         FROM due WHERE exports.position = due.position
         RETURNING exports.position, transaction_id
       )
       SELECT position, id, account_id, amount, currency, merchant_category, country, status,
         decided_at
       FROM claimed JOIN transactions ON id = transaction_id ORDER BY position`,
      [limit],
    );
    return rows.map((row) => ({ position: row.position, message: messageOf(row) }));
  }

  /** They were sent. */
  async delete(positions: readonly string[]): Promise<void> {
    await this.database.query("DELETE FROM exports WHERE position = ANY ($1)", [positions]);
  }

  /** They were not sent, and are to be again at once. */
  async letGo(positions: readonly string[]): Promise<void> {
    await this.database.query(
      "UPDATE exports SET held_until = '-infinity' WHERE position = ANY ($1)",
      [positions],
    );
  }
}

function messageOf(row: Row): ExportMessage {
  return {
    schemaVersion: 1,
    id: row.id,
    accountId: row.account_id,
    amount: row.amount,
    currency: row.currency,
    merchantCategory: row.merchant_category,
    country: row.country,
    status: row.status,
    decidedAt: row.decided_at.toISOString(),
  };
}
