import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { services } from "../../services";
import { catalogueProblems as problems } from "../../spec/service/problems";
import { type FargateSize, type ServiceSpec, defineServices } from "../../spec/service/spec";
import { fixture } from "../support/services";

const orders: ServiceSpec = fixture.orders;
const internal: ServiceSpec = { ...orders, database: false };

test("the catalogue has no problems", () => {
  expect(problems(services)).toEqual([]);
});

test.each(Object.entries(services))("%s exposes the port of its entry", (service, { port }) => {
  const dockerfile = path.join("services", service, "Dockerfile");
  expect(existsSync(dockerfile)).toBe(true);
  expect(readFileSync(dockerfile, "utf8")).toMatch(new RegExp(`^EXPOSE ${port}$`, "m"));
});

test.each(["src/http", "src/identity", "src/card-number.ts", "test/identity"])(
  "the Node services have the same %s, each its own copy",
  (shared) => {
    const files = (service: string) => {
      const root = path.join("services", service, shared);
      const names = statSync(root).isDirectory() ? readdirSync(root) : [""];
      return names.map((name) => [name, readFileSync(path.join(root, name), "utf8")]);
    };
    expect(files("fraud-detection")).toEqual(files("transaction-processor"));
  },
);

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
    'orders.health.path is "health"; it must be a path that starts with /',
  ],
  [
    "a size that Fargate does not offer",
    { size: { cpu: 256, memory: 4096 } as unknown as FargateSize },
    "256 CPU units with 4096 MiB; Fargate allows 256 with 512/1024/2048",
  ],
  [
    "scaling with min above max",
    { scaling: { min: 4, max: 2 } },
    "orders.scaling is 4 to 2; both must be whole numbers, min at least 1 and at most max",
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
    "a variable of the identity provider",
    { environment: { IDENTITY_ISSUER: "https://login.example.com" } },
    "orders.environment sets IDENTITY_ISSUER",
  ],
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

test.each<[object, string]>([
  [
    { enviroment: {} },
    "orders.enviroment is not a setting; did you mean environment? (valid names: port, health,",
  ],
  [
    { health: { path: "/", probe: ["x"], tries: 3 } },
    "orders.health.tries is not a setting; valid names: path, probe",
  ],
  [{ scaling: { min: 1, maximum: 2 } }, "orders.scaling.max is not set; it must be a number"],
  [
    { scaling: { min: 1, max: 2, cpu: 70 } },
    "orders.scaling.cpu is not a setting; valid names: min, max",
  ],
  [{ size: { cpu: "256", memory: 512 } }, 'orders.size.cpu is "256"; it must be a number'],
  [{ size: [256, 512] }, "orders.size is [256,512]; it must be a size such as { cpu: 256, memory"],
  [{ port: "8000" }, 'orders.port is "8000"; it must be a whole number'],
  [{ port: undefined }, "orders.port is not set; it must be a whole number"],
  [{ path: undefined }, "orders.path is not set; it must be a public path"],
  [{ path: "" }, 'orders.path is ""; it must be a public path such as "/orders"; leave it out'],
  [{ health: "/health" }, 'orders.health is "/health"; it must be the path and its probe: {'],
  [
    { health: { path: "/h\u0001", probe: ["x"] } },
    'orders.health.path is "/h\\u0001"; it must be a path that starts with / and has only visible',
  ],
  [
    { health: { path: "/café", probe: ["x"] } },
    'orders.health.path is "/café"; it must be a path that starts with /',
  ],
  [
    { scaling: { min: 1.5, max: 3 } },
    "orders.scaling is 1.5 to 3; both must be whole numbers, min at least 1 and at most max",
  ],
  [
    { environment: new Map([["A", "b"]]) },
    "orders.environment is Map(1) { 'A' => 'b' }; it must be",
  ],
  [{ environment: new Date(0) }, "orders.environment is 1970-01-01T00:00:00.000Z; it must be vari"],
  [
    { environment: { ["__proto__"]: "5" } },
    "orders.environment sets __proto__; a name must be letters, digits",
  ],
  [
    { buildArguments: { ["__proto__"]: 5 } },
    "orders.buildArguments sets __proto__; a name must be letters",
  ],
  [{ ["__proto__"]: 5 }, "orders.__proto__ is not a setting"],
  [
    { database: "true", migrate: ["/migrate"] },
    'orders.database is "true"; it must be true, false',
  ],
  [{ calls: "web" }, 'orders.calls is "web"; it must be a list of services: ["web"]'],
  [{ calls: [""] }, 'orders.calls.0 is ""; it must be the name of a service'],
  [{ database: "yes" }, 'orders.database is "yes"; it must be true, false or { name: "…" }'],
  [{ database: { name: "" } }, 'orders.database is {"name":""}; it must be true, false or {'],
  [{ environment: { WORKERS: 4 } }, 'orders.environment.WORKERS is 4; it must be text: "4"'],
  [{ environment: { DEBUG: true } }, 'orders.environment.DEBUG is true; it must be text: "true"'],
  [
    { environment: { KEY: undefined } },
    "orders.environment.KEY is not set: its value is undefined, as for a variable that the shell",
  ],
  [{ environment: { KEY: ["a"] } }, 'orders.environment.KEY is ["a"]; it must be text'],
  [{ environment: { KEY: "a\0b" } }, 'orders.environment.KEY is "a\\u0000b"; it cannot contain a'],
  [{ environment: ["A=b"] }, 'orders.environment is ["A=b"]; it must be variables such as {'],
  [{ environment: { "A-B": "" } }, "orders.environment sets A-B; a name must be letters, digits"],
  [{ buildArguments: { "A=B": "" } }, "orders.buildArguments sets A=B; a name must be letters"],
  [
    { calls: ["web"], environment: { WEB_URL: "http://other" } },
    'orders.environment sets WEB_URL, but so does calls: ["web"], with the URL of web; remove one',
  ],
])("%j is refused with the value and the fix, whatever the compiler was told", (words, message) => {
  const [found, ...others] = problems({ web: internal, orders: { ...orders, ...words } });
  expect(found).toContain(`services: ${message}`);
  expect(others.filter((problem) => !problem.includes("maximum"))).toEqual([]);
});

test.each<[unknown, string]>([
  ["curl -f", 'is "curl -f"; it must be a list: ["curl", "-f"]'],
  ["curl -f || exit 1", 'it must be a list: ["/bin/sh", "-c", "curl -f || exit 1"]'],
  ["CMD curl -f", 'it must be a list: ["curl", "-f"]'],
  [["CMD", "curl", "-f"], 'the platform adds CMD itself: ["curl", "-f"]'],
  [["CMD-SHELL", "curl -f"], 'a shell has to be named: ["/bin/sh", "-c", "curl -f"]'],
  [["sleep", 5], 'each argument must be text: ["sleep", "5"]'],
  [[], "is []; it must begin with a program"],
  [[""], 'is [""]; it must begin with a program'],
  ["", 'is ""; it must be a list: the program and each of its arguments'],
  [undefined, "is not set; it must be a list"],
  [[" "], "it must begin with a program"],
  [["CMD", 5n], 'the platform adds CMD itself: ["5"]'],
  [["CMD-SHELL", Symbol()], "the program and each of its arguments must be text"],
  [["x", Object.create(null)], "the program and each of its arguments must be text"],
])("the command %o is refused with the list that it should be", (given, message) => {
  const health = { path: "/health", probe: given };
  const found = problems({ orders: { ...orders, health, migrate: given } });
  expect(found).toEqual([
    expect.stringMatching(/^services: orders\.health\.probe /),
    expect.stringMatching(/^services: orders\.migrate /),
  ]);
  for (const problem of found) expect(problem).toContain(message);
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

test("a wrong word hides no other mistake, in its own service or in another", () => {
  const found = problems({
    orders: {
      ...orders,
      port: "8000",
      path: "orders",
      calls: ["nobody"],
      environment: { WORKERS: 4, PORT: "1" },
    },
    sales: { ...orders, prot: 1 },
  });
  expect(found).toEqual([
    expect.stringContaining('orders.port is "8000"'),
    expect.stringContaining("orders.environment.WORKERS is 4"),
    expect.stringContaining("sales.prot is not a setting; did you mean port?"),
    expect.stringContaining('orders.calls names "nobody"'),
    expect.stringContaining("orders.environment sets PORT"),
    expect.stringContaining('orders.path is "orders"'),
  ]);
});

test.each(["Orders", "orders_api", "1orders", "orders-", "a-name-of-twenty-five-chars"])(
  "the name %s is refused",
  (name) => {
    expect(problems({ [name]: orders })[0]).toContain(`the name "${name}" must be 1 to 24`);
  },
);

test.each(["ready", "database-setup", "platform", "identity-keys"])(
  "the name %s is reserved",
  (name) => {
    expect(problems({ [name]: fixture["order-archive"] })).toEqual([
      expect.stringContaining(`the name "${name}" is reserved`),
    ]);
  },
);

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
