import { Caller, openAccount } from "../e2e/support/caller";

/** Each has a limit of requests of its own. */
const CALLERS = 10;

/** The requests of some callers, each of whom sends the next as soon as the last is answered. */
export class Clients {
  /** The requests that were answered. */
  answered = 0;
  /** Each request without a 200, as a sentence. */
  readonly failures: string[] = [];

  private constructor(private readonly accounts: readonly (readonly [Caller, string])[]) {}

  /** Callers who have an account each. */
  static async open(): Promise<Clients> {
    const accounts: (readonly [Caller, string])[] = [];
    while (accounts.length < CALLERS) {
      const caller = new Caller(`load-${accounts.length}`);
      accounts.push([caller, await openAccount(caller)]);
    }
    return new Clients(accounts);
  }

  /** Asks for the accounts' summaries until the signal is given. */
  async askUntil(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.accounts.map(async ([caller, account]) => {
        while (!signal.aborted) await this.ask(caller, account);
      }),
    );
  }

  private async ask(caller: Caller, account: string): Promise<void> {
    const began = new Date().toISOString();
    try {
      const timeout = { signal: AbortSignal.timeout(20_000) };
      const response = await caller.fetch(`/accounts/${account}/summary`, timeout);
      await response.arrayBuffer();
      if (response.status === 200) this.answered += 1;
      else this.failures.push(`${began} ${response.status}`);
    } catch (error) {
      this.failures.push(`${began} ${String(error)}`);
    }
  }
}
