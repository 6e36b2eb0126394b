import { expect, test } from "vitest";
import { catalogueProblems as problems } from "../../../../spec/service/problems";
import { fixture } from "../../../support/services";

const { orders } = fixture;

test.each<[unknown, string]>([
  ["curl -f", 'is "curl -f"; it must be a list: ["curl", "-f"]'],
  [" curl  -f ", 'it must be a list: ["curl", "-f"]'],
  ["curl -f || exit 1", 'it must be a list: ["/bin/sh", "-c", "curl -f || exit 1"]'],
  ["CMD curl -f", 'it must be a list: ["curl", "-f"]'],
  [["CMD", "curl", "-f"], 'the platform adds CMD itself: ["curl", "-f"]'],
  [["CMD-SHELL", "curl", "-f"], 'a shell has to be named: ["/bin/sh", "-c", "curl -f"]'],
  [["sleep", 5], 'each argument must be text: ["sleep", "5"]'],
  [["sleep", true], 'each argument must be text: ["sleep", "true"]'],
  [["echo", "a\0b"], "an argument cannot contain a NUL character"],
  [[], "is []; it must begin with a program"],
  [[""], 'is [""]; it must begin with a program'],
  ["", 'is ""; it must be a list: the program and each of its arguments'],
  [" ", 'is " "; it must be a list: the program and each of its arguments'],
  [undefined, "is not set; it must be a list"],
  [[" "], "it must begin with a program"],
  [["CMD", 5n], 'the platform adds CMD itself: ["5"]'],
  [["CMD-SHELL", Symbol()], "the program and each of its arguments must be text"],
  [["x", Object.create(null)], "the program and each of its arguments must be text"],
])("the command %o is refused with the list that it should be", (given, message) => {
  const health = { path: "/health", command: given };
  const found = problems({ orders: { ...orders, health, migrate: given } });
  expect(found).toEqual([
    expect.stringMatching(/^services: orders\.health\.command /),
    expect.stringMatching(/^services: orders\.migrate /),
  ]);
  for (const problem of found) expect(problem).toContain(message);
});
