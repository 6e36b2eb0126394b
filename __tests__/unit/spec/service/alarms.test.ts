import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { catalogueProblems } from "../../../../spec/service/problems";
import { alarmProblems } from "../../../../spec/service/alarm-problems";
import { oldestMessages } from "../../../../spec/service/oldest-messages";
import { type Services, defineServices } from "../../../../spec/service/spec";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const size = { cpu: 256, memory: 512 } as const;
const schedule = { everyMinutes: 60 } as const;
const kinds = {
  shop: { ...fixture["order-archive"], receives: ["orders"] },
  hidden: { ...fixture.orders, database: false },
  exporter: { size, receives: ["exports"] },
  nightly: { size, schedule },
};

/** What is refused in a catalogue with a service of each kind, one of which has these thresholds. */
function problems(service: keyof typeof kinds, alarms: unknown): string[] {
  return catalogueProblems({ ...kinds, [service]: { ...kinds[service], alarms } });
}

test.each<[keyof typeof kinds, object]>([
  ["shop", {}],
  ["shop", { errorPercent: 0, slowSeconds: 0.01, oldestMessageSeconds: 1 }],
  ["shop", { errorPercent: 99, slowSeconds: 60, oldestMessageSeconds: 604_800 }],
  ["shop", { errorPercent: false, slowSeconds: false, oldestMessageSeconds: false }],
  ["exporter", { oldestMessageSeconds: 3600 }],
  ["nightly", { failedRuns: 24 }],
])("%s may have the thresholds %j", (service, alarms) => {
  expect(problems(service, alarms)).toEqual([]);
});

test.each<[keyof typeof kinds, unknown, string]>([
  ["shop", 5, "shop.alarms is 5; it must be thresholds such as { errorPercent: 2 }"],
  ["shop", { errorPercent: 100 }, "errorPercent is 100; it must be a percentage from 0 to 99"],
  ["shop", { errorPercent: true }, "or false for no such alarm"],
  ["shop", { slowSeconds: 0 }, "slowSeconds is 0; it must be a number of seconds from 0.01 to 60"],
  ["shop", { slowSeconds: NaN }, "it must be a number of seconds from 0.01 to 60"],
  ["shop", { oldestMessageSeconds: 1.5 }, "it must be a whole number of seconds from 1 to 604800"],
  ["shop", { failedRuns: 1 }, "shop.alarms.failedRuns is not a setting"],
  ["hidden", { errorPercent: 5 }, "hidden.alarms.errorPercent is 5, but only the load balancer"],
  ["hidden", { slowSeconds: false }, "hidden.alarms.slowSeconds is false, but only the load"],
  [
    "hidden",
    { oldestMessageSeconds: 60 },
    "oldestMessageSeconds is 60, but the service receives no queue; remove it, or set receives",
  ],
  ["exporter", { slowSeconds: 1 }, "exporter.alarms.slowSeconds is not a setting"],
  ["nightly", { failedRuns: 0 }, "it must be a whole number of runs from 1 to 100"],
])("of %s, %j is refused", (service, alarms, message) => {
  const [found, ...others] = problems(service, alarms);
  expect(found).toContain(message);
  expect(others).toEqual([]);
});

test("a threshold of another kind does not compile", () => {
  // @ts-expect-error a worker has no runs
  defineServices({ entry: { size, alarms: { failedRuns: 1 } } });
  // @ts-expect-error a worker answers nobody
  defineServices({ entry: { size, alarms: { slowSeconds: 1 } } });
  // @ts-expect-error a job answers nobody
  defineServices({ entry: { size, schedule, alarms: { errorPercent: 1 } } });
  expect(defineServices({ entry: { size, schedule, alarms: { failedRuns: 2 } } })).toBeDefined();
});

test("no job may need more failed runs than it has within the day that an alarm looks back", () => {
  const every = (everyMinutes: number, failedRuns: number) =>
    alarmProblems({ failedRuns }, { size, schedule: { everyMinutes }, alarms: { failedRuns } });
  expect(every(720, 2)).toEqual([]);
  expect(every(720, 3)).toEqual([
    "failedRuns is 3, but an alarm looks back a day, in which a job that starts every 720 minutes has no more than 2; set at most 2",
  ]);
  expect(every(10_080, 1)).toEqual([]);
});

describe("the oldest message", () => {
  test("may be as old as its attempts and a deployment of its receiver take", () => {
    // Five attempts of 120 s, and eight minutes.
    expect([...oldestMessages("exporter", kinds.exporter)]).toEqual([["exports", 600 + 480]]);
  });

  test("may be older by the time until SQS reports an idle queue, where a worker starts from none", () => {
    const [fromOne, fromNone] = [1, 0].map((min) => {
      const scaling = { min, max: 1, backlog: 10 };
      return oldestMessages("exporter", { ...kinds.exporter, scaling }).get("exports") ?? NaN;
    });
    expect((fromNone ?? NaN) - (fromOne ?? NaN)).toBe(900);
  });

  test("may have the age that the service says, and any with false", () => {
    const seconds = (oldestMessageSeconds: number | false) =>
      oldestMessages("exporter", { ...kinds.exporter, alarms: { oldestMessageSeconds } });
    expect([...seconds(60)]).toEqual([["exports", 60]]);
    expect([...seconds(false)]).toEqual([]);
  });

  test("of a job may have any age, unless the job says otherwise: it empties its queues at its times", () => {
    const job = { size, schedule, receives: ["exports"] };
    expect([...oldestMessages("nightly", job)]).toEqual([]);
    const own = { ...job, alarms: { oldestMessageSeconds: 86_400 } };
    expect([...oldestMessages("nightly", own)]).toEqual([["exports", 86_400]]);
  });
});

describe("in an environment", () => {
  const catalogue: Services = {
    shop: { ...kinds.shop, alarms: { errorPercent: 2, slowSeconds: 3 } },
  };

  test("each threshold takes the place of the catalogue's", () => {
    const settings = { services: { shop: { alarms: { slowSeconds: false } } } } as const;
    const { services } = readConfig({}, environmentsWith(settings), catalogue);
    expect(services["shop"]?.alarms).toEqual({ errorPercent: 2, slowSeconds: false });
  });

  test("a threshold that the service has no use for is refused", () => {
    const written = (service: string, alarms: object) =>
      environmentProblems({ services: { [service]: { alarms } } }, kinds);
    expect(written("shop", { errorPercent: 1 })).toEqual([]);
    expect(written("shop", { failedRuns: 2 })).toEqual([
      "environments: dev.services.shop.alarms.failedRuns is 2, but only a job has runs; remove it",
    ]);
    expect(written("nightly", { slowSeconds: 2 })[0]).toContain(
      "environments: dev.services.nightly.alarms.slowSeconds is 2, but only the load balancer",
    );
  });
});
