import { namesIn } from "./named-list";
import type { QueueEdges } from "./queues";
import { type Scaling, fewestTasks } from "./scaling";

/**
 * An alarm adds up at most ten metrics: two of each queue, and the number of tasks.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
const MOST_QUEUES = 4;

/** The words of a service that its scaling must fit. */
interface Scaled extends QueueEdges {
  readonly port?: number;
  readonly path?: string;
}

/** A part of a service's scaling that does not fit the service. */
interface Misfit {
  /** `requests is 600` */
  readonly given: string;
  /** Why, and what to do about it, as a sentence about the service. */
  readonly reason: string;
  /** Why, for all services with this misfit: `no load balancer counts the requests to`. */
  readonly shared: string;
}

/** The problems of a service's scaling, each of which begins with the word. */
export function scalingProblems(scaling: Partial<Scaling>, service: Scaled): string[] {
  return misfits(scaling, service).map(({ given, reason }) => `${given}, but ${reason}`);
}

/** The problems of one scaling for many services, by name. */
export function sharedScalingProblems(
  scaling: Partial<Scaling>,
  services: readonly (readonly [string, Scaled])[],
): string[] {
  const found = new Map<string, string[]>();
  for (const [name, service] of services) {
    for (const { given, shared } of misfits(scaling, service)) {
      const problem = `${given}, but it is for every service, and ${shared}`;
      found.set(problem, [...(found.get(problem) ?? []), name]);
    }
  }
  return [...found].map(
    ([problem, names]) => `${problem} ${names.join(", ")}; set it for single ones: services: { … }`,
  );
}

function misfits(scaling: Partial<Scaling>, service: Scaled): Misfit[] {
  return [
    ...requestMisfits(scaling, service),
    ...backlogMisfits(scaling, service),
    ...(fewestTasks({ min: 1, max: 1, ...scaling }) === 0 ? noTaskMisfits(scaling, service) : []),
  ];
}

function requestMisfits({ requests }: Partial<Scaling>, { path }: Scaled): Misfit[] {
  if (requests === undefined || path !== undefined) return [];
  return [
    {
      given: `requests is ${requests}`,
      reason:
        "only the load balancer counts requests, and it sends none to a private service; remove it, or set a path",
      shared: "no load balancer counts the requests to",
    },
  ];
}

function backlogMisfits({ backlog }: Partial<Scaling>, { receives }: Scaled): Misfit[] {
  if (backlog === undefined) return [];
  const given = `backlog is ${backlog}`;
  const queues = namesIn(receives).length;
  if (queues === 0) {
    return [
      {
        given,
        reason:
          "it counts the messages in the queues that the service receives, and this one receives none; remove it, or set receives",
        shared: "no queue is received by",
      },
    ];
  }
  if (queues <= MOST_QUEUES) return [];
  return [
    {
      given,
      reason: `this service receives ${queues} queues, and CloudWatch adds up the messages of at most ${MOST_QUEUES}; remove it, or give some of the queues to another worker`,
      shared: `more than the ${MOST_QUEUES} queues whose messages CloudWatch adds up are received by`,
    },
  ];
}

/** The misfits of a `min` of 0. */
function noTaskMisfits(scaling: Partial<Scaling>, { port }: Scaled): Misfit[] {
  const given = "min is 0";
  if (port !== undefined) {
    const reason =
      "an HTTP service needs a task that answers; only a worker with a backlog may have none: set min to at least 1";
    return [{ given, reason, shared: "requests need a task of" }];
  }
  if (scaling.backlog === undefined) {
    const reason =
      "only a backlog tells when a worker without tasks has work again; set min to at least 1, or receives and backlog";
    return [{ given, reason, shared: "no backlog tells when there is work again for" }];
  }
  return (["cpu", "memory"] as const).flatMap((word): Misfit[] =>
    scaling[word] === undefined
      ? []
      : [
          {
            given: `${word} is ${scaling[word]}`,
            reason: `min is 0, and a running task always uses some, which would keep the last one; remove ${word}, or set min to at least 1`,
            shared: "min is 0, where it would keep the last task of",
          },
        ],
  );
}
