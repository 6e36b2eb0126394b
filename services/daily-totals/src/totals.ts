import type { ExportMessage } from "./export-message.js";

/** Of the transactions in one currency with one status. */
interface Total {
  readonly currency: string;
  readonly status: ExportMessage["status"];
  readonly count: number;
  /** In minor units, as text: a sum may be larger than a JSON number is exact. */
  readonly amount: string;
}

/** The file of a day. Nothing in it depends on when or how often it was written. */
export interface Totals {
  readonly schemaVersion: 1;
  readonly day: string;
  /** That were read: one for each transaction. */
  readonly objects: number;
  /** In the order of currency and status; empty on a day without transactions. */
  readonly totals: readonly Total[];
}

/** Adds a day's transactions up, exactly. */
export class Sums {
  #objects = 0;
  readonly #sums = new Map<string, { first: ExportMessage; count: number; amount: bigint }>();

  add(transaction: ExportMessage): void {
    const name = `${transaction.currency} ${transaction.status}`;
    const sum = this.#sums.get(name) ?? { first: transaction, count: 0, amount: 0n };
    sum.count++;
    sum.amount += BigInt(transaction.amount);
    this.#sums.set(name, sum);
    this.#objects++;
  }

  of(day: string): Totals {
    const totals = [...this.#sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { first, count, amount }]) => ({
        ...{ currency: first.currency, status: first.status },
        ...{ count, amount: amount.toString() },
      }));
    return { schemaVersion: 1, day, objects: this.#objects, totals };
  }
}
