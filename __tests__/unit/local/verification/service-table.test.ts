import { expect, test } from "vitest";
import { readLocalSettings } from "../../../../local/aws/settings";
import { serviceTable } from "../../../../local/verification/service-table";
import { fixture } from "../../../support/services";

/** The table of a private service with two tasks, as many of them unhealthy. */
function drawn(unhealthy: number): string {
  const counts = { running: 2, desired: 2, unhealthy };
  const status = { service: "orders", ...counts, digests: [], addresses: [], containers: [] };
  return serviceTable([status], { orders: fixture.orders }, readLocalSettings({}));
}

test("the table of services shows how many tasks are unhealthy, if any is", () => {
  expect(drawn(1)).toContain("2/2, 1 unhealthy");
  expect(drawn(0)).toContain("2/2");
  expect(drawn(0)).not.toContain("unhealthy");
});
