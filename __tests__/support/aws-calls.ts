import { vi } from "vitest";
import type { Clients } from "../../operations/target/clients";

/** A request to AWS. */
export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answers = Readonly<Record<string, (input: Call["input"]) => unknown>>;

/** What all clients have in common. */
interface Client {
  send: (command: { readonly input: Call["input"] }) => Promise<unknown>;
}

/**
 * Makes all clients answer by the operation's name; what a function throws is AWS's error.
 *
 * @returns the requests so far, in order
 */
export function callsOf(clients: Clients, answers: Answers): readonly Call[] {
  const calls: Call[] = [];
  // Each client has its own types of requests and answers.
  for (const client of Object.values(clients) as unknown as Client[]) {
    vi.spyOn(client, "send").mockImplementation(async (command) => {
      const name = command.constructor.name.replace(/Command$/, "");
      calls.push({ name, input: command.input });
      const answer = answers[name];
      if (!answer) throw new Error(`${name} is unexpected`);
      return Promise.resolve(answer(command.input));
    });
  }
  return calls;
}
