import type { Database } from "./database.js";
import type { Status, Summary } from "./schemas/transaction.js";

/** Counts and adds up the account's transactions by currency and status. */
export async function summarize(database: Database, accountId: string): Promise<Summary> {
  const rows = await database.query<{
    currency: string;
    status: Status;
    count: number;
    amount: string;
  }>(
    `SELECT currency, status, count(*)::integer AS count, sum(amount)::text AS amount
     FROM transactions WHERE account_id = $1 GROUP BY currency, status ORDER BY currency`,
    [accountId],
  );
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const totalsOf = (currency: string, status: Status) => {
    const row = rows.find((row) => row.currency === currency && row.status === status);
    return { count: row?.count ?? 0, amount: row?.amount ?? "0" };
  };
  return {
    accountId: accountId.toLowerCase(),
    currencies: currencies.map((currency) => ({
      currency,
      approved: totalsOf(currency, "approved"),
      review: totalsOf(currency, "review"),
      declined: totalsOf(currency, "declined"),
      pending: totalsOf(currency, "pending"),
    })),
  };
}
