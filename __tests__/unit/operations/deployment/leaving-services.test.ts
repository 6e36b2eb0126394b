import { expect, test } from "vitest";
import { leavingServices } from "../../../../operations/deployment/leaving-services";
import { readConfig } from "../../../../project";
import { fixture } from "../../../support/services";

const { config } = readConfig({});

test("a service with a repository but no catalogue entry is leaving; the platform's own image stays", () => {
  const deployed = { web: "1", orders: "2", invoices: "3", "database-setup": "4" };
  expect(leavingServices({ services: fixture, config }, deployed)).toEqual(["invoices"]);
});

test("in a new environment no service is leaving", () => {
  expect(leavingServices({ services: fixture, config }, {})).toEqual([]);
});
