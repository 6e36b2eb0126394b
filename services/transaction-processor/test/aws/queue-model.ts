import { randomUUID } from "node:crypto";

/** A message as the queue keeps it. */
interface Kept {
  readonly id: string;
  readonly body: string;
  attempt: number;
  receipt: string;
  visibleAt: number;
}

/** What SQS does with messages, on a clock that the test may turn: at least once, in any order. */
export class QueueModel {
  readonly deadLetters: string[] = [];
  #messages: Kept[] = [];

  /** @param attempts after which a message goes to the dead letters */
  constructor(
    private readonly attempts = 5,
    readonly now: () => number = () => Date.now(),
  ) {}

  get bodies(): string[] {
    return this.#messages.map(({ body }) => body);
  }

  send(body: string): string {
    const id = randomUUID();
    this.#messages.push({ id, body, attempt: 0, receipt: "", visibleAt: 0 });
    return id;
  }

  receive(limit: number, seconds: number): readonly Readonly<Kept>[] {
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= this.now());
    const dead = visible.filter(({ attempt }) => attempt >= this.attempts);
    this.deadLetters.push(...dead.map(({ body }) => body));
    this.#messages = this.#messages.filter((message) => !dead.includes(message));
    return visible
      .filter((message) => !dead.includes(message))
      .slice(0, limit)
      .map((message) => {
        message.attempt++;
        message.receipt = randomUUID();
        message.visibleAt = this.now() + seconds * 1000;
        return { ...message };
      });
  }

  /** Only by the receipt of the latest time that it was received. Whether there is such a message. */
  delete(receipt: string): boolean {
    const before = this.#messages.length;
    this.#messages = this.#messages.filter((message) => message.receipt !== receipt);
    return this.#messages.length < before;
  }

  /** The same for its visibility. */
  hold(receipt: string, seconds: number): boolean {
    const message = this.#messages.find((each) => each.receipt === receipt);
    if (message) message.visibleAt = this.now() + seconds * 1000;
    return message !== undefined;
  }
}
