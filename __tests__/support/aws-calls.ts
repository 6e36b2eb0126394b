import { vi } from "vitest";
import type { Clients } from "../../operations/target/clients";

/** A request to AWS. */
export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type Answers = Readonly<Record<string, (input: Call["input"]) => unknown>>;

/**
 * Makes all clients answer by the operation's name; what a function throws is AWS's error.
 *
 * @returns the requests so far, in order
 */
export function callsOf(clients: Clients, answers: Answers): readonly Call[] {
  const calls: Call[] = [];
  for (const client of Object.values(clients)) {
    vi.spyOn(client as { send: unknown }, "send" as never).mockImplementation((async (command: {
      input: Call["input"];
    }) => {
      const name = command.constructor.name.replace(/Command$/, "");
      calls.push({ name, input: command.input });
      const answer = answers[name];
      if (!answer) throw new Error(`${name} is unexpected`);
      return Promise.resolve(answer(command.input));
      // Each client has its own types of requests and answers.
    }) as never);
  }
  return calls;
}
