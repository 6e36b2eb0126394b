import { expect, test } from "vitest";
import {
  type Answer,
  type Question,
  problemOf,
  questionsOf,
} from "../../../../local/verification/reachability";
import { fixture } from "../../../support/services";

const good = { connected: true, status: 200, error: "" };
const silent = { connected: false, status: 0, error: "timed out" };

function answer(...replies: Answer["replies"][string][]): Answer {
  return {
    error: "",
    replies: Object.fromEntries(replies.map((reply, index) => [`10.0.0.${index}`, reply])),
  };
}

test("every service is asked about every other: callers for an answer, the rest for silence", () => {
  const asked = questionsOf(fixture).map(({ from, to, expected }) => `${from} ${to} ${expected}`);
  expect(asked.sort()).toEqual([
    "order-archive order-archive name",
    "order-archive orders silence",
    "order-archive web silence",
    "orders order-archive silence",
    "orders orders name",
    "orders web silence",
    "web order-archive silence",
    "web orders answer",
    "web web name",
  ]);
});

/** Of the two tasks that run. */
const ADDRESSES = ["10.0.0.0", "10.0.0.1"];

const asks = (expected: Question["expected"]): Question => ({
  from: "web",
  to: "orders",
  expected,
});

test.each<[string, Question["expected"], Answer]>([
  ["a caller is answered by every task", "answer", answer(good, good)],
  ["nobody else gets a connection", "silence", answer(silent, silent)],
  ["a name that does not resolve is silence too", "silence", answer()],
  ["for a name nobody needs to answer", "name", answer(silent, silent)],
  [
    "a task that was replaced may keep its address and say no more",
    "answer",
    answer(good, good, silent),
  ],
])("%s", (_, expected, given) => {
  expect(problemOf(asks(expected), given, ADDRESSES)).toBeUndefined();
});

test.each<[string, Question["expected"], Answer | undefined, string]>([
  [
    "a way in that the catalogue does not have",
    "silence",
    answer(silent, good),
    "can be reached by web, which does not call it",
  ],
  [
    "a connection without an answer",
    "silence",
    answer({ ...silent, connected: true }),
    "can be reached by web, which does not call it",
  ],
  [
    "a way in that is missing to one task",
    "answer",
    answer(good, silent),
    "does not answer web, which calls it: timed out",
  ],
  ["an error", "answer", answer(good, { ...good, status: 500 }), "which calls it: 500"],
  [
    "no name",
    "name",
    { error: "no such name", replies: {} },
    "its Cloud Map name does not resolve: no such name",
  ],
  [
    "a task without an address",
    "answer",
    answer(good),
    "its name does not resolve to 10.0.0.1, where a task of it runs",
  ],
  [
    "a way in to a task that was replaced",
    "silence",
    answer(silent, silent, good),
    "can be reached by web, which does not call it",
  ],
  ["nobody to ask", "silence", undefined, "cannot be checked: no task of web is running"],
])("%s is a problem with its reason", (_, expected, given, reason) => {
  expect(problemOf(asks(expected), given, ADDRESSES)).toContain(reason);
});
