import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Caller, openAccount } from "./caller";
import { steadily } from "./load";

interface Transaction {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly decidedAt: string | null;
}

/** The result of a steady stream of new transactions. */
export interface TransactionLoad {
  /** Requests, each with its own key. */
  readonly sent: number;
  /** The first answer to each transaction, by its id: 201 with a decision, or 202 pending. */
  readonly acknowledged: ReadonlyMap<string, Transaction>;
  /** Each attempt without a 201 or 202, as a sentence. */
  readonly disturbed: readonly string[];
  /** Keys whose every attempt failed. */
  readonly unanswered: readonly string[];
}

/** The transactions of some accounts as their clients see them: posted at a steady rate, and read back. */
export class Ledger {
  private sent = 0;

  private constructor(
    private readonly caller: Caller,
    private readonly accountIds: readonly string[],
  ) {}

  /**
   * The ledger of new accounts of the caller, which take turns. The transactions of one are decided one after
   * the other, so a rate for one account asks how fast that is.
   */
  static async open(caller: Caller, accounts = 1): Promise<Ledger> {
    const ids: string[] = [];
    while (ids.length < accounts) ids.push(await openAccount(caller));
    return new Ledger(caller, ids);
  }

  /**
   * Posts `perSecond` until `finished` settles, each up to `attempts` times with the same key, as a
   * client without an answer should. Five minutes at most.
   */
  async postDuring(
    finished: Promise<unknown>,
    { perSecond, attempts }: { readonly perSecond: number; readonly attempts: number },
  ): Promise<TransactionLoad> {
    const acknowledged = new Map<string, Transaction>();
    const disturbed: string[] = [];
    const unanswered: string[] = [];
    const post = async () => {
      const key = randomUUID();
      const accountId = this.accountIds[this.sent++ % this.accountIds.length] ?? "";
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const answer = await this.post(key, accountId);
        if (typeof answer !== "string") {
          acknowledged.set(answer.id, answer);
          return;
        }
        disturbed.push(answer);
        await sleep(500);
      }
      unanswered.push(key);
    };
    const sent = await steadily({ perSecond, limit: 300 }, finished, post);
    return { sent, acknowledged, disturbed, unanswered };
  }

  /** The stored transaction, or the failure as a sentence. */
  private async post(key: string, accountId: string): Promise<Transaction | string> {
    const body = { amount: 1_999, currency: "USD", country: "US", merchantCategory: "5411" };
    try {
      const response = await this.caller.fetch("/v1/transactions", {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify({ accountId, card: "load", ...body }),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      // A 201 or 202 is the service's own answer, whose form its own tests assert.
      if (response.status === 201 || response.status === 202)
        return JSON.parse(text) as Transaction;
      return `${new Date().toISOString()} ${response.status} ${text.slice(0, 200)}`;
    } catch (error) {
      return `${new Date().toISOString()} ${String(error)}`;
    }
  }

  /** Every stored transaction. */
  async stored(): Promise<Transaction[]> {
    const all: Transaction[] = [];
    for (const accountId of this.accountIds) all.push(...(await this.storedOf(accountId)));
    return all;
  }

  /** Those of one account, read in pages. */
  private async storedOf(accountId: string): Promise<Transaction[]> {
    const all: Transaction[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ accountId, limit: "100" });
      if (cursor !== null) query.set("cursor", cursor);
      const response = await this.caller.patiently(`/v1/transactions?${query.toString()}`);
      const text = await response.text();
      if (response.status !== 200) {
        throw new Error(`GET /v1/transactions: ${response.status} ${text.slice(0, 200)}`);
      }
      const page = JSON.parse(text) as { items: Transaction[]; nextCursor: string | null };
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  }

  /** All stored transactions once none is pending; `limit` in seconds. */
  async decided(limit: number): Promise<Transaction[]> {
    const ends = Date.now() + limit * 1000;
    for (;;) {
      const all = await this.stored();
      const pending = all.filter(({ status }) => status === "pending");
      if (pending.length === 0) return all;
      if (Date.now() > ends) throw new Error(`${pending.length} are still pending`);
      await sleep(500);
    }
  }
}

/** The ids in alphabetical order, to compare acknowledged transactions with stored ones. */
export function sortedIds(transactions: Iterable<Transaction>): string[] {
  return [...transactions].map(({ id }) => id).sort();
}
