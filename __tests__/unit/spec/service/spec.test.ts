import { expect, test } from "vitest";
import { publicPaths, rolloutOf } from "../../../../spec/service/kinds";
import { specOf, urlVariable } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const { web, orders, "order-archive": archive } = fixture;

test("callers get a service's URL in a variable that bears its name", () => {
  expect(urlVariable("fraud-detection-api")).toBe("FRAUD_DETECTION_API_URL");
});

test("a service that the catalogue does not have is a defect, which is named", () => {
  expect(specOf("web", fixture)).toBe(web);
  expect(() => specOf("nobody", fixture)).toThrow("nobody is not in the catalogue");
});

test("a deployment starts the fewest tasks, after the database's setup and the migration", () => {
  expect(rolloutOf(web)).toMatchObject({ tasks: 2, preparations: 0 });
  expect(rolloutOf(archive)).toMatchObject({ tasks: 1, preparations: 0 });
  expect(rolloutOf(orders)).toMatchObject({ tasks: 2, preparations: 1 });
  const schedule = [{ cron: "0 20 * * ? *", min: 1, max: 2 }];
  expect(rolloutOf({ ...web, scaling: { min: 4, max: 8, schedule } })).toMatchObject({ tasks: 1 });
  expect(rolloutOf({ ...orders, migrate: ["/migrate"] })).toMatchObject({ preparations: 2 });
});

test("a deployment's tasks have as long to start and to stop as the service says", () => {
  expect(rolloutOf(web)).toMatchObject({ startSeconds: 60, killSeconds: 75 + 15 });
  expect(rolloutOf({ ...web, limits: { startSeconds: 90, stopSeconds: 40 } })).toMatchObject({
    startSeconds: 90,
    killSeconds: 75 + 40,
  });
});

test("private services have no path", () => {
  expect(publicPaths(fixture)).toEqual(["/", "/archive"]);
});
