import type { Logger } from "pino";

const SHORTEST_WAIT_MS = 1000;

/** Up to which the wait doubles. */
const LONGEST_WAIT_MS = 30_000;

/** Whether something that the service needs is away. Logs when that changes, and not in between. */
export class Outage {
  /** In a row. */
  #failures = 0;

  constructor(
    private readonly name: string,
    private readonly log: Logger,
  ) {}

  failed(error: unknown): void {
    if (this.#failures++ === 0) this.log.warn({ err: error }, `${this.name} does not do its part`);
  }

  ended(): void {
    if (this.#failures > 0) this.log.info(`${this.name} does its part again`);
    this.#failures = 0;
  }

  /** Until the next attempt; 0 if the last one went well. With jitter: tasks fail together. */
  get waitMs(): number {
    if (this.#failures === 0) return 0;
    const wait = SHORTEST_WAIT_MS * 2 ** Math.min(this.#failures - 1, 20);
    return Math.min(wait, LONGEST_WAIT_MS) * (1 + Math.random() / 2);
  }
}
