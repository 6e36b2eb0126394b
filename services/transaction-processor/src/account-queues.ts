import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { StoredTransaction } from "./transaction-row.js";
import type { Hold, TransactionStore } from "./transaction-store.js";
import type { Turns } from "./turns.js";

/** For a request to wait until its turn comes; later, the worker decides. */
const PATIENCE_MS = 3000;

/** Between two looks at what another task decides. */
const LOOK_MS = 25;

interface Waiting {
  readonly authorization: string;
  readonly resolve: (row: StoredTransaction | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The requests of an account that wait here, by the ids of their transactions. */
type Queue = Map<string, Waiting>;

/**
 * The requests of this task that wait for decisions: one loop for each of their accounts takes the
 * account's turns, or watches another task take them.
 */
export class AccountQueues {
  readonly #queues = new Map<string, Queue>();

  constructor(
    private readonly store: TransactionStore,
    private readonly turns: Turns,
  ) {}

  /** The row, decided; undefined if that takes too long, or cannot be done now. */
  async decide(
    { id, accountId }: { readonly id: string; readonly accountId: string },
    authorization: string,
  ): Promise<StoredTransaction | undefined> {
    const running = this.#queues.get(accountId);
    const queue: Queue = running ?? new Map<string, Waiting>();
    const decided = new Promise<StoredTransaction | undefined>((resolve, reject) => {
      queue.set(id, { authorization, resolve, reject });
    });
    const patience = setTimeout(() => {
      answer(queue, id, undefined);
    }, PATIENCE_MS);
    if (!running) {
      this.#queues.set(accountId, queue);
      void this.#run(accountId, queue);
    }
    return decided.finally(() => {
      clearTimeout(patience);
    });
  }

  async #run(accountId: string, queue: Queue): Promise<void> {
    const hold = { accountId, holder: randomUUID() };
    let free = false;
    while (queue.size > 0) free = await this.#turn(hold, queue);
    // Before anything else may happen: whoever comes now starts another loop.
    this.#queues.delete(accountId);
    if (!free) await this.turns.end(hold);
  }

  /** A turn for the request that has waited longest. Whether the account is free for others after it. */
  async #turn(hold: Hold, queue: Queue): Promise<boolean> {
    const [first] = queue;
    if (!first) return false;
    const [id, { authorization, reject }] = first;
    try {
      return await this.#take(hold, queue, authorization);
    } catch (error) {
      // Its failure alone: the others are still to have their turns, and it leaves the queue, so that
      // the loop comes to its end whatever fails.
      reject(error);
      queue.delete(id);
      return false;
    }
  }

  async #take(hold: Hold, queue: Queue, authorization: string): Promise<boolean> {
    const outcome = await this.turns.take(hold, {
      // All of an account are of one caller.
      authorization,
      isLast: (id) => [...queue.keys()].every((waiting) => waiting === id),
    });
    if (outcome === "failed") {
      for (const id of queue.keys()) answer(queue, id, undefined);
    } else if (outcome === "idle") {
      await this.#watch(queue);
    } else {
      answer(queue, outcome.decided, outcome.row);
      return outcome.free;
    }
    return false;
  }

  async #watch(queue: Queue): Promise<void> {
    const rows = await this.store.findDecided([...queue.keys()]);
    for (const row of rows) answer(queue, row.transaction.id, row);
    if (queue.size > 0) await sleep(LOOK_MS * (1 + Math.random()));
  }
}

function answer(queue: Queue, id: string, row: StoredTransaction | undefined): void {
  queue.get(id)?.resolve(row);
  queue.delete(id);
}
