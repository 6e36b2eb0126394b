import { expect, test } from "vitest";
import { catalogueProblems as problems } from "../../../../spec/service/problems";
import { type ServiceSpec } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const orders: ServiceSpec = fixture.orders;

test("an empty catalogue is refused", () => {
  expect(problems({})).toEqual(["services is empty; add at least one entry to services/index.ts"]);
});

test.each([
  [null, "services: the catalogue is null; it must be an object with each service by its name"],
  [undefined, "services: the catalogue is not set; it must be"],
  [[orders], "services: the catalogue is ["],
  [() => ({}), "services: the catalogue is a function; it must be"],
  [new Map([["orders", orders]]), "services: the catalogue is Map(1) { 'orders' => "],
  [{ orders: null }, "services: orders is null; it must be a service: { port: 8000,"],
  [{ orders: [] }, "services: orders is []; it must be a service"],
  [{ orders: () => orders }, "services: orders is a function; it must be a service"],
])("%j in place of the catalogue or a service is refused", (catalogue, message) => {
  const [found, ...others] = problems(catalogue);
  expect(found).toContain(message);
  expect(others).toEqual([]);
});

test.each(["Orders", "orders_api", "1orders", "orders-", "a-name-of-twenty-five-chars"])(
  "the name %s is refused",
  (name) => {
    expect(problems({ [name]: orders })[0]).toContain(`the name "${name}" must be 1 to 24`);
  },
);

test.each(["ready", "database-setup", "platform", "identity-keys", "health"])(
  "the name %s is reserved",
  (name) => {
    expect(problems({ [name]: fixture["order-archive"] })).toEqual([
      `services: the name "${name}" is reserved, as are ready, database-setup, health, migrate, load-balancer, database, platform, identity-keys`,
    ]);
  },
);
