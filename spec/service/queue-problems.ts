import { namePartProblem } from "../names";
import { nearest } from "../nearest";
import type { Refuses } from "../schema";
import { namesIn } from "./named-list";
import { QUEUE_LETTERS, type QueueEdges, queueVariable } from "./queues";
import { RESERVED_VARIABLE } from "./variable";

type Services = Readonly<Record<string, QueueEdges>>;

/** Queues that AWS would refuse, that nobody receives, or that two services receive. */
export function queueProblems(services: Services, refuses: Refuses): string[] {
  const entries = Object.entries(services);
  return [
    ...entries.flatMap(([service, { sends = [], receives }]) => [
      ...listProblems(`${service}.sends`, sends),
      ...listProblems(`${service}.receives`, namesIn(receives)),
    ]),
    ...receiverProblems(services),
    // The queue of a mistyped receiver may be the one that a sender names.
    ...(entries.some(([service]) => refuses(service, "receives")) ? [] : lostMessages(services)),
  ];
}

function listProblems(word: string, queues: readonly string[]): string[] {
  return [
    ...(new Set(queues).size === queues.length ? [] : [`${word} names a queue twice`]),
    ...[...new Set(queues)].flatMap((queue) => {
      const problem = queueNameProblem(queue);
      return problem === undefined ? [] : [`${word}: the name ${JSON.stringify(queue)} ${problem}`];
    }),
  ];
}

function queueNameProblem(queue: string): string | undefined {
  const problem = namePartProblem(queue, QUEUE_LETTERS);
  const variable = queueVariable(queue);
  if (problem !== undefined || !RESERVED_VARIABLE.test(variable)) return problem;
  return `would set ${variable}, which is reserved for the platform; choose another name`;
}

/** A message goes to one receiver only: with two services on a queue, each would get some of them. */
function receiverProblems(services: Services): string[] {
  return [...receivers(services)].flatMap(([queue, names]) =>
    names.length < 2
      ? []
      : [
          `the queue "${queue}" is received by ${names.join(" and ")}, and each message would go to one of them only; give each a queue of its own, and let the senders send to both`,
        ],
  );
}

function lostMessages(services: Services): string[] {
  const received = [...receivers(services).keys()];
  return Object.entries(services).flatMap(([service, { sends = [] }]) =>
    [...new Set(sends)]
      .filter((queue) => !received.includes(queue))
      .map((queue) => {
        const hint =
          received.length > 0
            ? nearest(queue, received)
            : `; add receives: [${JSON.stringify(queue)}] to the one that works on its messages`;
        return `${service}.sends names the queue ${JSON.stringify(queue)}, which no service receives${hint}`;
      }),
  );
}

/** The services that receive each queue. */
function receivers(services: Services): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [service, { receives }] of Object.entries(services)) {
    for (const queue of new Set(namesIn(receives))) {
      found.set(queue, [...(found.get(queue) ?? []), service]);
    }
  }
  return found;
}
