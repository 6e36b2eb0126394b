import { randomUUID } from "node:crypto";
import { Caller, openAccount } from "../e2e/support/caller";

/** Each has a limit of requests of its own. */
const CALLERS = 10;

/** The transactions of each, all of which are in the answer to a request: enough work for a small task. */
const TRANSACTIONS = 60;

/** The requests of some callers, each of whom sends the next as soon as the last is answered. */
export class Clients {
  /** The requests that were answered. */
  answered = 0;
  /** Each request without a 200, with the beginning of its answer. */
  readonly failures: string[] = [];

  private constructor(private readonly accounts: readonly (readonly [Caller, string])[]) {}

  /** Callers who have an account each, with its transactions. */
  static async open(): Promise<Clients> {
    const callers = Array.from({ length: CALLERS }, (_, index) => new Caller(`load-${index}`));
    const accounts = callers.map(async (caller) => {
      const account = await openAccount(caller);
      for (let paid = 0; paid < TRANSACTIONS; paid += 1) await pay(caller, account);
      return [caller, account] as const;
    });
    return new Clients(await Promise.all(accounts));
  }

  /** Asks for the accounts' transactions until the signal is given. */
  async askUntil(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.accounts.map(async ([caller, account]) => {
        while (!signal.aborted) await this.ask(caller, account);
      }),
    );
  }

  /** Asks for them during `work`, and to its end. */
  async askDuring<Result>(work: () => Promise<Result>): Promise<Result> {
    const over = new AbortController();
    const load = this.askUntil(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await load;
    }
  }

  private async ask(caller: Caller, account: string): Promise<void> {
    const began = new Date().toISOString();
    try {
      const timeout = { signal: AbortSignal.timeout(20_000) };
      const response = await caller.fetch(
        `/accounts/${account}/transactions?limit=${TRANSACTIONS}`,
        timeout,
      );
      const body = await response.text();
      if (response.status === 200) this.answered += 1;
      else this.failures.push(`${began} ${response.status} ${body.slice(0, 200)}`);
    } catch (error) {
      this.failures.push(`${began} ${String(error)}`);
    }
  }
}

async function pay(caller: Caller, accountId: string): Promise<void> {
  const payment = { amount: 1_999, currency: "USD", country: "US", merchantCategory: "5411" };
  const { status } = await caller.fetch("/v1/transactions", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ ...payment, accountId, card: "load" }),
    signal: AbortSignal.timeout(20_000),
  });
  if (status !== 201 && status !== 202) throw new Error(`POST /v1/transactions: ${status}`);
}
