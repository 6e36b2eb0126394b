import { expect, test, vi } from "vitest";
import { pastTimes } from "../../../../operations/checks/past-times";
import { preflightPhase } from "../../../../operations/checks/phase";
import * as preflight from "../../../../operations/checks/preflight";
import type { ScheduledRange } from "../../../../spec/service/scaling";
import { checkContext } from "../../../support/preflight";
import { fixture } from "../../../support/services";

const range = { min: 1, max: 2 };
const NIGHTLY = { size: { cpu: 256, memory: 512 }, schedule: { everyMinutes: 60 } } as const;
const servicesWith = (...schedule: readonly ScheduledRange[]) => ({
  ...fixture,
  nightly: NIGHTLY,
  web: { ...fixture.web, scaling: { min: 2, max: 10, schedule } },
});
const now = new Date("2026-12-24T17:30:00Z");

test.each<[string, string | undefined]>([
  ["2026-12-24T17:30:00", undefined],
  ["2026-12-24T18:00:00", "Europe/Berlin"],
  ["2026-12-24T09:00:00", "America/Los_Angeles"],
])("the time %s is over, by the clock of its zone (%s)", (at, timeZone) => {
  const time = { at, ...range, ...(timeZone !== undefined && { timeZone }) };
  expect(pastTimes(servicesWith(time), now)).toEqual([
    `the time ${at} (${timeZone ?? "UTC"}) in scaling.schedule of web is over: remove it, or correct it`,
  ]);
});

test("a time that is still to come, or comes again, is not over", () => {
  const services = servicesWith(
    { at: "2026-12-24T18:00:00", ...range },
    { at: "2026-12-24T10:00:00", timeZone: "America/Los_Angeles", ...range },
    { cron: "0 8 ? * MON-FRI *", ...range },
  );
  expect(pastTimes(services, now)).toEqual([]);
});

test("a deployment says it, and is none the less deployed", async () => {
  vi.spyOn(preflight, "runChecks").mockResolvedValue([]);
  const services = servicesWith({ at: "2020-01-01T00:00:00", ...range });
  const phase = preflightPhase(() => checkContext({}, { services }));
  expect(await phase.run(() => undefined)).toBe(
    "0 checks; the time 2020-01-01T00:00:00 (UTC) in scaling.schedule of web is over: remove it, or correct it",
  );
});
