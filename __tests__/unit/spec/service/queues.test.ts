import { describe, expect, test } from "vitest";
import { catalogueProblems } from "../../../../spec/service/problems";
import { queueVariable, queuesOf, queuesUsedBy } from "../../../../spec/service/queues";
import { fixture } from "../../../support/services";

const service = { ...fixture.orders, database: false };

/** What is refused in a catalogue of two services with these words. */
function problems(sender: object, receiver: object = {}): string[] {
  return catalogueProblems({
    sender: { ...service, ...sender },
    receiver: { ...service, ...receiver },
  });
}

describe("a queue", () => {
  test("exists because a service receives it, by its name alone or with numbers of its own", () => {
    const listed = queuesOf({ a: { receives: ["exports"] }, b: { sends: ["exports"] } });
    expect([...listed]).toEqual([["exports", { workSeconds: 120, attempts: 5 }]]);
    const tuned = queuesOf({ a: { receives: { exports: { attempts: 3 }, mails: {} } } });
    expect(tuned.get("exports")).toEqual({ workSeconds: 120, attempts: 3 });
    expect(tuned.get("mails")).toEqual({ workSeconds: 120, attempts: 5 });
  });

  test("is used by its senders and its receiver, each with one variable", () => {
    expect(queuesUsedBy({ sends: ["a", "b"], receives: { b: {}, c: {} } })).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(queuesUsedBy({})).toEqual([]);
    expect(queueVariable("card-exports")).toBe("CARD_EXPORTS_QUEUE_URL");
  });
});

test.each<[string, object, object]>([
  ["that is sent to and received", { sends: ["exports"] }, { receives: ["exports"] }],
  ["that nobody of the catalogue sends to", {}, { receives: ["exports"] }],
  ["that its receiver sends to as well", {}, { receives: ["exports"], sends: ["exports"] }],
  ["with the least", {}, { receives: { exports: { workSeconds: 1, attempts: 1 } } }],
  ["with the most", {}, { receives: { exports: { workSeconds: 43_200, attempts: 1000 } } }],
  ["with the longest name", {}, { receives: ["q".repeat(24)] }],
])("a queue %s is accepted", (_, sender, receiver) => {
  expect(problems(sender, receiver)).toEqual([]);
});

test.each<[string, object, object, string]>([
  [
    "that nobody receives, with the nearest name",
    { sends: ["exprts"] },
    { receives: ["exports"] },
    'sender.sends names the queue "exprts", which no service receives; did you mean exports? (valid names: exports)',
  ],
  [
    "that nobody receives, where there is no queue",
    { sends: ["exports"] },
    {},
    'sender.sends names the queue "exports", which no service receives; add receives: ["exports"] to the one that works on its messages',
  ],
  [
    "that two receive",
    { receives: { exports: {} } },
    { receives: ["exports"] },
    'the queue "exports" is received by sender and receiver, and each message would go to one of them only; give each a queue of its own, and let the senders send to both',
  ],
  [
    "that is named twice",
    {},
    { receives: ["exports", "exports"] },
    "receiver.receives names a queue twice",
  ],
  [
    "with capital letters",
    {},
    { receives: { Exports: {} } },
    'receiver.receives: the name "Exports" must be 1 to 24 lower-case letters, digits and single hyphens, starting with a letter',
  ],
  [
    "with the word of a preview",
    {},
    { receives: ["a-pr-b"] },
    'receiver.receives: the name "a-pr-b" contains the word pr, which marks a preview\'s suffix in resource names; use another word',
  ],
  [
    "whose variable the platform sets",
    {},
    { receives: ["database"] },
    'receiver.receives: the name "database" would set DATABASE_QUEUE_URL, which is reserved for the platform; choose another name',
  ],
  [
    "that is no list",
    {},
    { receives: "exports" },
    'receiver.receives is "exports"; it must be a list: ["exports"] or an object such as { exports: { attempts: 3 } }',
  ],
  [
    "that is sent to by no list",
    { sends: "exports" },
    { receives: ["exports"] },
    'sender.sends is "exports"; it must be a list of queues: ["exports"]',
  ],
  [
    "that has no text as its name",
    {},
    { receives: [5] },
    "receiver.receives.0 is 5; it must be the name of a queue",
  ],
  [
    "with an unknown word",
    {},
    { receives: { exports: { attempt: 3 } } },
    "receiver.receives.exports.attempt is not a setting; did you mean attempts? (valid names: workSeconds, attempts)",
  ],
  ...[0, 43_201, 1.5, "60"].map((value): [string, object, object, string] => [
    `whose messages are worked on for ${value} seconds`,
    {},
    { receives: { exports: { workSeconds: value } } },
    `receiver.receives.exports.workSeconds is ${JSON.stringify(value)}; it must be a whole number of seconds from 1 to 43200`,
  ]),
  ...[0, 1001].map((value): [string, object, object, string] => [
    `with ${value} attempts`,
    {},
    { receives: { exports: { attempts: value } } },
    `receiver.receives.exports.attempts is ${value}; it must be a whole number of attempts from 1 to 1000`,
  ]),
])("a queue %s is refused", (_, sender, receiver, problem) => {
  expect(problems(sender, receiver)).toEqual([`services: ${problem}`]);
});

test("a receiver with a mistake leaves open which queues there are", () => {
  const found = problems({ sends: ["exports"] }, { receives: { exports: { attempts: "3" } } });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('receives.exports.attempts is "3"');
});
