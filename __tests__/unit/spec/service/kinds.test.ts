import { describe, expect, test } from "vitest";
import { kindOf } from "../../../../spec/service/kinds";
import { catalogueProblems } from "../../../../spec/service/problems";
import { defineServices } from "../../../../spec/service/spec";
import { environmentProblems } from "../../../support/environments";
import { fixture } from "../../../support/services";

const size = { cpu: 256, memory: 512 } as const;
const schedule = { cron: "30 2 * * ? *" };

const problems = (entry: unknown) => catalogueProblems({ ...fixture, entry });

test("its words make an entry a service, a worker or a job", () => {
  expect(kindOf(fixture.web)).toBe("service");
  expect(kindOf({})).toBe("worker");
  expect(kindOf({ schedule })).toBe("job");
  expect(problems({ size })).toEqual([]);
  expect(problems({ size, schedule })).toEqual([]);
});

test("a word of another kind does not compile, and is refused with the kinds that have it", () => {
  // @ts-expect-error a worker has no path
  defineServices({ entry: { size, path: "/entry" } });
  // @ts-expect-error a job has no number of tasks
  defineServices({ entry: { size, schedule, scaling: { min: 1, max: 2 } } });
  // @ts-expect-error a job answers no requests
  defineServices({ entry: { size, schedule, port: 80, health: "/" } });
  // @ts-expect-error a worker's health is a command
  defineServices({ entry: { size, health: "/health" } });

  expect(problems({ size, schedule, scaling: { min: 1, max: 2 } })).toEqual([
    "services: entry.scaling is a word of a service or a worker, but this is a job, because it has a schedule; remove it",
  ]);
  expect(problems({ size, dryRun: ["/run"] })).toEqual([
    "services: entry.dryRun is a word of a job, but this is a worker, because it has neither port nor schedule; remove it",
  ]);
  expect(problems({ ...fixture.orders, schedule })).toEqual([
    "services: entry.schedule is a word of a job, but this is an HTTP service; remove it",
  ]);
});

test.each([
  { size, path: "/entry" },
  { size, health: "/health" },
  { size, health: { path: "/health" } },
])("%j lacks the port of the HTTP service that it is meant to be", (entry) => {
  expect(problems(entry).join("\n")).toContain("entry.port is not set");
});

test("only an HTTP service can be called", () => {
  const caller = { ...fixture.web, calls: ["entry"] };
  expect(catalogueProblems({ caller, entry: { size } })).toEqual([
    'services: caller.calls names "entry", which is a worker, and answers no requests; only services with port can be called',
  ]);
  expect(catalogueProblems({ caller, entry: { size, schedule } }).join()).toContain(
    "which is a job",
  );
});

describe("a schedule", () => {
  const refused = (given: unknown) => problems({ size, schedule: given });

  test.each([
    { cron: "0 8 1 * ? *" },
    { cron: "0/10 8-18 ? * MON-FRI *", limitMinutes: 5 },
    { cron: "15 10 ? * 6L 2026-2028" },
    { cron: "0 9 L * ? *", timeZone: "America/New_York" },
    { everyMinutes: 1, limitMinutes: 1, retries: 5, overlap: true },
  ])("%j is one", (given) => {
    expect(refused(given)).toEqual([]);
  });

  test.each([
    [{ cron: "15 4 1 * *" }, "has 5 fields, and AWS wants 6"],
    [{ cron: "15 4 1 * *" }, 'such as "15 4 1 * ? *"'],
    [{ cron: "30 2 * * 1" }, 'such as "30 2 * * ? *"'],
    [{ cron: "30 2 * * * *" }, "must have a ? in exactly one of day of month and day of week"],
    [{ cron: "30 2 ? * ? *" }, "must have a ? in exactly one of day of month and day of week"],
    [{ cron: "61 2 * * ? *" }, "has a wrong minutes"],
    [{ cron: 5 }, "it must be six fields"],
    [{ cron: "0 2 * * ? *", timeZone: "Zurich" }, "it must be a name of the IANA database"],
    [{ cron: "0 2 * * ? *", timeZone: 1 }, "it must be the name of a time zone"],
    [{}, "it must have either cron or everyMinutes"],
    [{ cron: "0 2 * * ? *", everyMinutes: 5 }, "it must have either cron or everyMinutes"],
    [{ everyMinutes: 5, timeZone: "UTC" }, "timeZone only beside cron"],
    [{ everyMinutes: 0 }, "it must be a whole number of minutes from 1 to 44640"],
    [{ everyMinutes: 5, limitMinutes: 1441 }, "a whole number of minutes from 1 to 1440"],
    [{ everyMinutes: 5, retries: 6 }, "a whole number of retries from 0 to 5"],
    [{ everyMinutes: 5, overlap: "no" }, "it must be true or false"],
    ["daily", 'it must be a schedule such as { cron: "30 2 * * ? *" }'],
  ])("%j is refused with what is allowed", (given, message) => {
    expect(refused(given)).toEqual([expect.stringContaining(message)]);
  });
});

test("a worker and a job have up to two minutes to stop, and a job no time to start", () => {
  expect(problems({ size, limits: { startSeconds: 90, stopSeconds: 120 } })).toEqual([]);
  expect(problems({ size, limits: { stopSeconds: 121 } }).join()).toContain(
    "from 1 to 120: Fargate kills a container 120 after SIGTERM at the latest",
  );
  expect(problems({ size, schedule, limits: { startSeconds: 60 } }).join()).toContain(
    "entry.limits.startSeconds is not a setting",
  );
});

test("an environment's number of tasks is for those that have one", () => {
  const catalogue = { ...fixture, entry: { size, schedule } };
  const scaling = { min: 1, max: 1 };
  expect(environmentProblems({ services: { entry: { scaling } } }, catalogue)).toEqual([
    expect.stringContaining("services.entry.scaling is set, but entry is a job, of which one task"),
  ]);
});
