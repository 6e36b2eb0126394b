import { expect, test } from "vitest";
import { limitsOf } from "../../../../spec/service/limits";
import { catalogueProblems as problems } from "../../../../spec/service/problems";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { environmentProblems } from "../../../support/environments";
import { fixture } from "../../../support/services";

const archive: ServiceSpec = fixture["order-archive"];

const refusedFor = (limits: unknown) => problems({ archive: { ...archive, limits } });

test("a service has a minute to start and 15 seconds to finish its requests, unless it says otherwise", () => {
  expect(limitsOf(archive)).toEqual({ startSeconds: 60, stopSeconds: 15, killSeconds: 75 + 15 });
  const own = { ...archive, limits: { stopSeconds: 30 } };
  expect(limitsOf(own)).toEqual({ startSeconds: 60, stopSeconds: 30, killSeconds: 75 + 30 });
});

test.each([5, 105])("a start may take %i seconds", (startSeconds) => {
  expect(refusedFor({ startSeconds })).toEqual([]);
});

test.each([1, 45])("%i seconds may be left for the requests in flight", (stopSeconds) => {
  expect(refusedFor({ stopSeconds })).toEqual([]);
});

test.each([4, 106, 300, 60.5, "60", undefined, Infinity])("a start of %j is refused", (given) => {
  const [found, ...others] = refusedFor({ startSeconds: given });
  expect(found).toContain("services: archive.limits.startSeconds is");
  expect(found).toContain(
    "it must be a whole number of seconds from 5 to 105: Fargate waits at most 120 for a container, and its health checks take the last 15 to fail",
  );
  expect(others).toEqual([]);
});

test.each([0, 46, -1, 1.5, "15"])("a stop of %j is refused", (given) => {
  expect(refusedFor({ stopSeconds: given })).toEqual([
    `services: archive.limits.stopSeconds is ${JSON.stringify(given)}; it must be a whole number of seconds from 1 to 45: Fargate kills a container 120 after SIGTERM at the latest, and the drain takes 75`,
  ]);
});

test("both are refused together, and so is a word that is none", () => {
  const found = refusedFor({ startSeconds: 0, stopSeconds: 0, startMinutes: 1 });
  expect(found.join("\n")).toContain("archive.limits.startSeconds is 0");
  expect(found.join("\n")).toContain("archive.limits.stopSeconds is 0");
  expect(found.join("\n")).toContain(
    "archive.limits.startMinutes is not a setting; valid names: startSeconds",
  );
});

test.each([90, null, [60, 15]])("%j in place of limits is refused", (limits) => {
  expect(refusedFor(limits)).toEqual([
    `services: archive.limits is ${JSON.stringify(limits)}; it must be limits such as { startSeconds: 90 }`,
  ]);
});

test("an environment does not change them", () => {
  const found = environmentProblems({ services: { web: { limits: { startSeconds: 90 } } } });
  expect(found.join()).toContain("dev.services.web.limits is not a setting");
});
