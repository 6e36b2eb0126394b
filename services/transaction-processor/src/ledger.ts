import type { AccountStore } from "./account-store.js";
import type { Database } from "./database.js";
import { ProblemError } from "./http/problem-error.js";
import type { Processor } from "./processor.js";
import type { TransactionStore } from "./transaction-store.js";

/** What the routes need, if there is a database. */
export interface Ledger {
  readonly database: Database;
  readonly store: TransactionStore;
  readonly accounts: AccountStore;
  readonly processor: Processor;
}

export function requiredLedger(ledger: Ledger | undefined): Ledger {
  if (!ledger) throw new ProblemError(503, "no database is configured");
  return ledger;
}
