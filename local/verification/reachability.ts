import { type Services, specOf } from "../../spec/service/spec";

/** What a task of one service is to find out about another service, or about its own. */
export interface Question {
  readonly from: string;
  readonly to: string;
  /** `name`: it resolves. `answer`: it also answers. `silence`: no connection comes about. */
  readonly expected: "name" | "answer" | "silence";
}

/** What one address of a service's name gave. */
export interface Reply {
  readonly connected: boolean;
  /** HTTP status, 0 when there was none. */
  readonly status: number;
  readonly error: string;
}

export interface Answer {
  /** Why the name does not resolve. */
  readonly error: string;
  readonly replies: Readonly<Record<string, Reply>>;
}

/**
 * Who has to reach whom, read off the catalogue: callers and nobody else. Each service's own tasks
 * are asked for its name, for a service may have no caller.
 */
export function questionsOf(services: Services): Question[] {
  const names = Object.keys(services);
  return names.flatMap((to) =>
    names.map((from): Question => {
      if (from === to) return { from, to, expected: "name" };
      const calls = specOf(from, services).calls ?? [];
      return { from, to, expected: calls.includes(to) ? "answer" : "silence" };
    }),
  );
}

/** The reason why an answer is not as it should be, without the name of the service asked for. */
export function problemOf(
  { from, expected }: Question,
  answer: Answer | undefined,
  running: number,
): string | undefined {
  if (!answer) return `cannot be asked for: no task of ${from} runs`;
  const replies = Object.values(answer.replies);
  if (expected === "silence") {
    return replies.some(({ connected }) => connected)
      ? `can be reached by ${from}, which does not call it`
      : undefined;
  }
  if (replies.length === 0) return `its Cloud Map name does not resolve: ${answer.error}`;
  if (replies.length !== running) {
    return `its name gives ${replies.length} addresses for ${running} tasks`;
  }
  const failed = replies.find(({ status }) => status !== 200);
  if (expected === "name" || !failed) return undefined;
  return `does not answer ${from}, which calls it: ${failed.error || failed.status}`;
}
