import { describe, expect, test } from "vitest";
import { catalogueProblems } from "../../../../spec/service/problems";
import { quotaProblems } from "../../../../spec/service/quota-problems";
import {
  type Scaling,
  type ScheduledRange,
  busiestRange,
  scheduleExpression,
} from "../../../../spec/service/scaling";
import { environmentProblems } from "../../../support/environments";
import { fixture } from "../../../support/services";

const range = { min: 2, max: 10 };
const morning = { cron: "0 8 ? * MON-FRI *", timeZone: "Europe/Berlin", min: 4, max: 20 };

function problems(scaling: object, service: "web" | "orders" = "web"): string[] {
  const written: object = { ...fixture[service], scaling };
  return catalogueProblems({ ...fixture, [service]: written });
}

test.each<Scaling>([
  range,
  { ...range, cpu: 10, memory: 90 },
  { ...range, requests: 1 },
  { ...range, requests: 1_000_000 },
  { ...range, cooldown: {} },
  { ...range, cooldown: { outSeconds: 0, inSeconds: 3600 } },
  { ...range, schedule: [morning, { at: "2028-02-29T18:00:00", min: 1, max: 1 }] },
])("a public service may be scaled by %j", (scaling) => {
  expect(problems(scaling)).toEqual([]);
});

test.each<[object, string]>([
  [{ cpu: 9 }, "cpu is 9; it must be a whole number from 10 to 90, in percent"],
  [{ cpu: 91 }, "cpu is 91"],
  [{ memory: 95 }, "memory is 95; it must be a whole number from 10 to 90, in percent"],
  [{ memory: "80" }, 'memory is "80"'],
  [{ cpu: 70.5 }, "cpu is 70.5"],
  [{ requests: 0 }, "requests is 0; it must be a whole number from 1 to 1000000 requests in a"],
  [{ cooldown: 60 }, "cooldown is 60; it must be seconds such as { outSeconds: 60, inSeconds: 300"],
  [{ cooldown: { outSeconds: -1 } }, "cooldown.outSeconds is -1; it must be a whole number from 0"],
  [{ cooldown: { inSeconds: 3601 } }, "cooldown.inSeconds is 3601"],
  [{ cooldown: { out: 60 } }, "cooldown.out is not a setting; valid names: outSeconds, inSeconds"],
  [{ schedule: morning }, "schedule is {"],
  [{ schedule: Array(201).fill(morning) }, "schedule has more than 200 times"],
  [
    { schedule: [{ ...morning, min: 21 }] },
    "schedule.0 is 21 to 20; both must be whole numbers, min at most max, max from 1 to 100",
  ],
  [{ schedule: [morning, { ...morning, max: 101 }] }, "schedule.1 is 4 to 101"],
  [{ schedule: [{ ...morning, min: -1 }] }, "schedule.0 is -1 to 20"],
  [{ schedule: [{ ...morning, min: 0, max: 0 }] }, "schedule.0 is 0 to 0"],
  [
    { backlog: 0 },
    "backlog is 0; it must be a whole number from 1 to 1000000 messages for each task",
  ],
  [{ schedule: [{ cron: morning.cron, min: 1 }] }, "schedule.0.max is not set"],
  [
    { schedule: [{ ...morning, cron: "0 8 * * MON-FRI" }] },
    'schedule.0.cron is "0 8 * * MON-FRI"; it has 5 fields, and AWS wants 6',
  ],
  [
    { schedule: [{ ...morning, cron: "cron(0 8 ? * MON-FRI *)" }] },
    'schedule.0.cron is "cron(0 8 ? * MON-FRI *)"; write it without cron(…): "0 8 ? * MON-FRI *"',
  ],
  [{ schedule: [{ ...morning, cron: 8 }] }, "schedule.0.cron is 8; it must be six fields such as"],
  [
    { schedule: [{ ...morning, timeZone: "Europe/Berlim" }] },
    'schedule.0.timeZone is "Europe/Berlim"; it must be a name of the IANA database',
  ],
  [
    { schedule: [{ ...morning, at: "2026-12-24T18:00:00" }] },
    "schedule.0 must have either cron or at",
  ],
  [{ schedule: [range] }, "schedule.0 must have either cron or at"],
  ...["2026-12-24", "2026-12-24T18:00:00Z", "2026-02-30T18:00:00", "2026-12-24T24:00:00"].map(
    (at): [object, string] => [
      { schedule: [{ at, ...range }] },
      `schedule.0.at is "${at}"; it must be a date and a time that exist, without a zone`,
    ],
  ),
])("scaling by %j is refused with the value and the rule", (words, message) => {
  const [found, ...others] = problems({ ...range, ...words });
  expect(found).toContain(`services: web.scaling.${message}`);
  expect(others).toEqual([]);
  expect(environmentProblems({ services: { web: { scaling: { ...range, ...words } } } })).toEqual([
    expect.stringContaining(`environments: dev.services.web.scaling.${message}`),
  ]);
});

describe("the requests to a private service, which no load balancer counts,", () => {
  const scaling = { ...range, requests: 600 };

  test("scale nothing in the catalogue", () => {
    expect(problems(scaling, "orders")).toEqual([
      "services: orders.scaling.requests is 600, but only the load balancer counts requests, and it sends none to a private service; remove it, or set a path",
    ]);
  });

  test("nor in an environment, where all services or one have them", () => {
    expect(environmentProblems({ services: { orders: { scaling } } })).toEqual([
      expect.stringContaining("dev.services.orders.scaling.requests is 600, but only the load"),
    ]);
    expect(environmentProblems({ scaling })).toEqual([
      "environments: dev.scaling.requests is 600, but it is for every service, and no load balancer counts the requests to orders; set it for single ones: services: { … }",
    ]);
    const own = { orders: { scaling: range } };
    expect(environmentProblems({ scaling, services: own })).toEqual([]);
  });
});

describe("a worker on a queue", () => {
  const size = { cpu: 256, memory: 512 } as const;
  const worker = { size, receives: ["exports"] };
  const refusals = (entry: object) => catalogueProblems({ ...fixture, entry });

  test.each<Scaling>([
    { ...range, backlog: 1 },
    { min: 0, max: 1, backlog: 1_000_000 },
    { ...range, backlog: 20, cpu: 70, memory: 80 },
    { ...range, backlog: 20, schedule: [{ ...morning, min: 0 }] },
  ])("may be scaled by %j", (scaling) => {
    expect(refusals({ ...worker, scaling })).toEqual([]);
  });

  test("may have no task only if its backlog tells when it needs one", () => {
    expect(refusals({ ...worker, scaling: { min: 0, max: 5 } })).toEqual([
      "services: entry.scaling.min is 0, but only a backlog tells when a worker without tasks has work again; set min to at least 1, or receives and backlog",
    ]);
    const schedule = [{ ...morning, min: 0 }];
    expect(refusals({ ...worker, scaling: { ...range, schedule } })).toEqual([
      expect.stringContaining("entry.scaling.min is 0, but only a backlog"),
    ]);
  });

  test("never loses its last task to a number that a running task never falls below", () => {
    const scaling = { min: 0, max: 5, backlog: 20, cpu: 70, memory: 80 };
    expect(refusals({ ...worker, scaling })).toEqual([
      "services: entry.scaling.cpu is 70, but min is 0, and a running task always uses some, which would keep the last one; remove cpu, or set min to at least 1",
      expect.stringContaining("entry.scaling.memory is 80, but min is 0"),
    ]);
  });

  test("receives at most the four queues whose messages an alarm adds up", () => {
    const scaling = { ...range, backlog: 20 };
    const receives = (count: number) => [...Array(count).keys()].map((index) => `queue-${index}`);
    expect(refusals({ size, receives: receives(4), scaling })).toEqual([]);
    expect(refusals({ size, receives: receives(5), scaling })).toEqual([
      "services: entry.scaling.backlog is 20, but this service receives 5 queues, and CloudWatch adds up the messages of at most 4; remove it, or give some of the queues to another worker",
    ]);
  });

  test("is told about a mistyped queue alone, and not about a backlog without one", () => {
    expect(refusals({ size, receives: "exports", scaling: { ...range, backlog: 20 } })).toEqual([
      expect.stringContaining('entry.receives is "exports"'),
    ]);
  });
});

describe("a service that receives no queue", () => {
  const scaling = { ...range, backlog: 20 };

  test("has no backlog in the catalogue", () => {
    expect(problems(scaling)).toEqual([
      "services: web.scaling.backlog is 20, but it counts the messages in the queues that the service receives, and this one receives none; remove it, or set receives",
    ]);
  });

  test("nor in an environment, where all services or one have it", () => {
    expect(environmentProblems({ services: { orders: { scaling } } })).toEqual([
      expect.stringContaining("dev.services.orders.scaling.backlog is 20, but it counts"),
    ]);
    expect(environmentProblems({ scaling })).toEqual([
      "environments: dev.scaling.backlog is 20, but it is for every service, and no queue is received by web, orders, order-archive; set it for single ones: services: { … }",
    ]);
  });
});

test("an HTTP service always has a task, in the catalogue and in every environment", () => {
  expect(problems({ min: 0, max: 5 })).toEqual([
    "services: web.scaling.min is 0, but an HTTP service needs a task that answers; only a worker with a backlog may have none: set min to at least 1",
  ]);
  expect(environmentProblems({ scaling: { min: 0, max: 5 } })).toEqual([
    "environments: dev.scaling.min is 0, but it is for every service, and requests need a task of web, orders, order-archive; set it for single ones: services: { … }",
  ]);
});

test("a time is told as AWS writes it", () => {
  expect(scheduleExpression(morning)).toBe("cron(0 8 ? * MON-FRI *)");
  const at = "2026-12-24T18:00:00";
  expect(scheduleExpression({ at, ...range })).toBe("at(2026-12-24T18:00:00)");
});

test("quotas count the busiest time", () => {
  const schedule = [morning, { ...morning, min: 8, max: 9 }];
  expect(busiestRange({ ...range, schedule })).toEqual({ min: 8, max: 20 });
  expect(busiestRange(range)).toEqual(range);
  const busy = { ...range, schedule: [{ ...morning, max: 100 }] };
  const services = Object.fromEntries(
    [...Array(6).keys()].map((index) => [
      `web-${index}`,
      { ...fixture.web, path: `/${index}`, calls: [], scaling: busy },
    ]),
  );
  expect(quotaProblems(services, {}).join()).toContain("1200 tasks of public services can run");
});

test("two times in one, or none, do not compile", () => {
  const times: ScheduledRange[] = [
    { cron: "0 8 ? * MON-FRI *", ...range },
    { at: "2026-12-24T18:00:00", ...range },
    // @ts-expect-error either, or
    { cron: "0 8 ? * MON-FRI *", at: "2026-12-24T18:00:00", ...range },
    // @ts-expect-error a time is missing
    range,
  ];
  expect(times).toHaveLength(4);
});
