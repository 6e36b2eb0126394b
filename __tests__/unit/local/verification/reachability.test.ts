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

test("every service is checked against every other: callers expect an answer, the rest silence", () => {
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

/** The addresses of the two running tasks. */
const ADDRESSES = ["10.0.0.0", "10.0.0.1"];

const asks = (expected: Question["expected"]): Question => ({
  from: "web",
  to: "orders",
  expected,
});

test.each<[string, Question["expected"], Answer]>([
  ["a caller gets an answer from every task", "answer", answer(good, good)],
  ["other services get no connection", "silence", answer(silent, silent)],
  ["a name that does not resolve also counts as silence", "silence", answer()],
  ["a name check needs no answer", "name", answer(silent, silent)],
  ["a replaced task may keep its address and stop answering", "answer", answer(good, good, silent)],
])("%s", (_, expected, given) => {
  expect(problemOf(asks(expected), given, ADDRESSES)).toBeUndefined();
});

test.each<[string, Question["expected"], Answer | undefined, string]>([
  [
    "a connection that the catalogue does not allow",
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
    "a missing connection to one task",
    "answer",
    answer(good, silent),
    "does not answer web, which calls it: timed out",
  ],
  ["an error", "answer", answer(good, { ...good, status: 500 }), "which calls it: 500"],
  [
    "a missing name",
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
    "a connection to a replaced task",
    "silence",
    answer(silent, silent, good),
    "can be reached by web, which does not call it",
  ],
  ["a missing caller task", "silence", undefined, "cannot be checked: no task of web is running"],
])("%s is a problem with its reason", (_, expected, given, reason) => {
  expect(problemOf(asks(expected), given, ADDRESSES)).toContain(reason);
});
