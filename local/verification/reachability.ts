import { httpServices, runningServices } from "../../spec/service/kinds";
import { type Services, specOf } from "../../spec/service/spec";

/** A check, from a task of one service, of another service or of its own. */
export interface Question {
  readonly from: string;
  readonly to: string;
  /** `name`: it resolves. `answer`: it also answers. `silence`: no connection succeeds. */
  readonly expected: "name" | "answer" | "silence";
}

/** The reply from one address of a service's name. */
export interface Reply {
  readonly connected: boolean;
  /** HTTP status; 0 if there was none. */
  readonly status: number;
  readonly error: string;
}

export interface Answer {
  /** Why the name does not resolve. */
  readonly error: string;
  readonly replies: Readonly<Record<string, Reply>>;
}

/**
 * The checks that follow from the catalogue: a service is reachable from its callers and from no
 * other service. Its own tasks resolve its name, because a service may have no caller.
 */
export function questionsOf(services: Services): Question[] {
  const answering = httpServices(services).map(([name]) => name);
  const running = runningServices(services).map(([name]) => name);
  return answering.flatMap((to) =>
    running.map((from): Question => {
      if (from === to) return { from, to, expected: "name" };
      const calls = specOf(from, services).calls ?? [];
      return { from, to, expected: calls.includes(to) ? "answer" : "silence" };
    }),
  );
}

/**
 * Why an answer is not as expected, as a phrase that follows the name of the checked service. For about
 * a minute a name also resolves to tasks that were replaced; they need not answer.
 *
 * @param addresses of the running tasks
 */
export function problemOf(
  { from, expected }: Question,
  answer: Answer | undefined,
  addresses: readonly string[],
): string | undefined {
  if (!answer) return `cannot be checked: no task of ${from} is running`;
  const replies = Object.values(answer.replies);
  if (expected === "silence") {
    return replies.some(({ connected }) => connected)
      ? `can be reached by ${from}, which does not call it`
      : undefined;
  }
  if (replies.length === 0) return `its Cloud Map name does not resolve: ${answer.error}`;
  const missing = addresses.filter((address) => !(address in answer.replies));
  if (missing.length > 0) {
    return `its name does not resolve to ${missing.join(" and ")}, where a task of it runs`;
  }
  const failed = addresses
    .flatMap((address) => answer.replies[address] ?? [])
    .find(({ status }) => status !== 200);
  if (expected === "name" || !failed) return undefined;
  return `does not answer ${from}, which calls it: ${failed.error || failed.status}`;
}
