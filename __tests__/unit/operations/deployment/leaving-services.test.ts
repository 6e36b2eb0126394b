import { expect, test } from "vitest";
import { leavingServices } from "../../../../operations/deployment/deploy-stacks";
import { readConfig } from "../../../../project";
import { fixture } from "../../../support/services";

const { config } = readConfig({});

test("a service that has a repository and no entry any more is leaving; the platform's own image stays", () => {
  const deployed = { web: "1", orders: "2", invoices: "3", "database-setup": "4" };
  expect(leavingServices({ services: fixture, config }, deployed)).toEqual(["invoices"]);
});

test("on a virgin environment none is leaving", () => {
  expect(leavingServices({ services: fixture, config }, {})).toEqual([]);
});
