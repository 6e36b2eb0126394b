import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { services } from "../../services";
import { catalogueProblems as problems } from "../../spec/service/problems";
import { type FargateSize, type ServiceSpec, defineServices } from "../../spec/service/spec";
import { fixture } from "../support/services";

const orders: ServiceSpec = fixture.orders;

test("the catalogue has no problems", () => {
  expect(problems(services)).toEqual([]);
});

test.each(Object.entries(services))("%s exposes the port of its entry", (service, { port }) => {
  const dockerfile = path.join("services", service, "Dockerfile");
  expect(existsSync(dockerfile)).toBe(true);
  expect(readFileSync(dockerfile, "utf8")).toMatch(new RegExp(`^EXPOSE ${port}$`, "m"));
});

test("the Node services use the same HTTP code, each with its own copy", () => {
  const files = (service: string) => {
    const folder = path.join("services", service, "src", "http");
    return readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]);
  };
  expect(files("fraud-detection")).toEqual(files("transaction-processor"));
});

test("an empty catalogue is refused", () => {
  expect(problems({})).toEqual(["services is empty; add at least one entry to services/index.ts"]);
});

test.each<[string, Partial<ServiceSpec>, string]>([
  [
    "a port out of range",
    { port: 0 },
    "orders.port is 0; it must be a whole number from 1 to 65535",
  ],
  ["a fractional port", { port: 80.5 }, "orders.port is 80.5"],
  [
    "a relative health path",
    { health: { path: "health", probe: ["x"] } },
    'health.path is "health"; it must start with /',
  ],
  [
    "a size that Fargate does not offer",
    { size: { cpu: 256, memory: 4096 } as unknown as FargateSize },
    "256 CPU units with 4096 MiB; Fargate allows 256 with 512/1024/2048",
  ],
  [
    "scaling with min above max",
    { scaling: { min: 4, max: 2 } },
    "orders.scaling is 4 to 2; min must be at least 1 and at most max",
  ],
  [
    "a call to an unknown service",
    { calls: ["catlog"] },
    'orders.calls names "catlog", which is not a service; the services are orders',
  ],
  [
    "a migration without a database",
    { database: false, migrate: ["/migrate"] },
    "orders.migrate needs database: true",
  ],
  ["a call to itself", { calls: ["orders"] }, "orders.calls names orders itself"],
  [
    "a public path without a slash",
    { path: "orders" },
    'orders.path is "orders"; it must be "/" or',
  ],
  ["a public path that ends with a slash", { path: "/orders/" }, 'orders.path is "/orders/"'],
  ["a wildcard as a public path", { path: "/*" }, 'orders.path is "/*"'],
  ["a path of five segments", { path: "/a/b/c/d/e" }, "up to 4 segments"],
  [
    "a reserved variable of the platform",
    { environment: { PORT: "1" } },
    "orders.environment sets PORT",
  ],
])("%s is refused with the value and the rule", (_, mistake, message) => {
  const found = problems({ orders: { ...orders, ...mistake } });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});

test.each(["Orders", "orders_api", "1orders", "orders-", "a-name-of-twenty-five-chars"])(
  "the name %s is refused",
  (name) => {
    expect(problems({ [name]: orders })[0]).toContain(`the name "${name}" must be 1 to 24`);
  },
);

test.each(["ready", "database-setup", "platform"])("the name %s is reserved", (name) => {
  expect(problems({ [name]: fixture["order-archive"] })).toEqual([
    expect.stringContaining(`the name "${name}" is reserved`),
  ]);
});

test("two services cannot have the same public path", () => {
  const twice = { one: { ...orders, path: "/x" }, two: { ...orders, path: "/x" } };
  expect(problems(twice)).toEqual(['services: two.path "/x" is also used by one']);
});

test("all mistakes are reported at once", () => {
  expect(problems({ orders: { ...orders, port: 0, calls: ["nobody"], path: "x" } })).toHaveLength(
    3,
  );
});

test("a call to an unknown service and a size that Fargate does not offer do not compile", () => {
  const spec = { port: 1, health: orders.health, size: { cpu: 256, memory: 512 } } as const;
  // @ts-expect-error "b" is no service
  defineServices({ a: { ...spec, calls: ["b"] } });
  // @ts-expect-error 256 CPU units take at most 2048 MiB
  defineServices({ a: { ...spec, size: { cpu: 256, memory: 4096 } } });
  expect(spec).toBeDefined();
});
