import { expect, test } from "vitest";
import { catalogueProblems as problems } from "../../../../spec/service/problems";
import type { FargateSize } from "../../../../spec/service/fargate-size";
import { type ServiceSpec, defineServices } from "../../../../spec/service/spec";
import { fixture } from "../../../support/services";

const orders: ServiceSpec = fixture.orders;
const internal: ServiceSpec = { ...orders, database: false };

test.each<[string, Partial<ServiceSpec>, string]>([
  [
    "a port out of range",
    { port: 0 },
    "orders.port is 0; it must be a whole number from 1 to 65535",
  ],
  ["a port above the last one", { port: 65_536 }, "orders.port is 65536"],
  ["a fractional port", { port: 80.5 }, "orders.port is 80.5"],
  [
    "a relative health path",
    { health: "api/health" },
    'orders.health.path is "api/health"; it must be a path that starts with /',
  ],
  [
    "a size that Fargate does not offer",
    { size: { cpu: 256, memory: 4096 } as unknown as FargateSize },
    "256 CPU units with 4096 MiB; Fargate allows 256 with 512/1024/2048, 512 with 1024/2048/3072/4096, 1024",
  ],
  [
    "a number of CPU units that Fargate does not offer",
    { size: { cpu: 300, memory: 512 } as unknown as FargateSize },
    "orders.size is 300 CPU units with 512 MiB; Fargate allows 256 with",
  ],
  [
    "scaling with min above max",
    { scaling: { min: 4, max: 2 } },
    "orders.scaling is 4 to 2; both must be whole numbers, min at most max",
  ],
  [
    "scaling to more than a hundred tasks",
    { scaling: { min: 1, max: 101 } },
    "orders.scaling is 1 to 101; both must be whole numbers, min at most max, max from 1 to 100",
  ],
  [
    "a migration without a database",
    { database: false, migrate: ["/migrate"] },
    "orders.migrate needs database: true",
  ],
  ["a call to itself", { calls: ["orders"] }, "orders.calls names orders itself"],
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

test("the platform's own variables are reserved, and none that only look like them", () => {
  const setting = (name: string) =>
    problems({ orders: { ...orders, environment: { [name]: "1" } } });
  const reserved = ["PORT", "SERVICE_NAME", "DRAIN_SECONDS"];
  const begun = ["DATABASE_", "IDENTITY_", "AWS_", "ECS_"].flatMap((each) => [each, `${each}A_B`]);
  for (const name of [...reserved, ...begun]) {
    expect(setting(name)).toEqual([expect.stringContaining(`sets ${name}`)]);
  }
  for (const name of ["EXPORT", "PORTS", "MY_DATABASE_URL", "DATABASE", "LAWS_ON", "__proto__x"]) {
    expect([name, setting(name)]).toEqual([name, []]);
  }
});

test.each([1, 65_535])("a container may listen on port %i", (port) => {
  expect(problems({ orders: { ...orders, port } })).toEqual([]);
});

test.each<[object, string]>([
  [
    { calls: ["catlog"] },
    'orders.calls names "catlog", which is not a service; the services are web, orders',
  ],
  [{ calls: ["web", "web"] }, "orders.calls names a service twice"],
  [
    { enviroment: {} },
    "orders.enviroment is not a setting; did you mean environment? (valid names: port, health,",
  ],
  [
    { health: { path: "/", tries: 3 } },
    "orders.health.tries is not a setting; valid names: path, command",
  ],
  [{ scaling: { min: 1, maximum: 2 } }, "orders.scaling.max is not set; it must be a number"],
  [
    { scaling: { min: 1, max: 2, cpus: 70 } },
    "orders.scaling.cpus is not a setting; did you mean cpu? (valid names: min, max, cpu, memory,",
  ],
  [{ size: { cpu: "256", memory: 512 } }, 'orders.size.cpu is "256"; it must be a number'],
  [{ size: [256, 512] }, "orders.size is [256,512]; it must be a size such as { cpu: 256, memory"],
  [{ port: "8000" }, 'orders.port is "8000"; it must be a whole number'],
  [{ port: undefined }, "orders.port is not set; it must be a whole number"],
  [{ path: undefined }, "orders.path is not set; it must be a public path"],
  [{ path: "" }, 'orders.path is ""; it must be a public path such as "/orders"; leave it out'],
  [{ health: 200 }, 'orders.health is 200; it must be a path such as "/health", or { path,'],
  [
    { health: { path: "/h\u0001" } },
    'orders.health.path is "/h\\u0001"; it must be a path that starts with / and has only visible',
  ],
  [
    { health: { path: ["/health"] } },
    'orders.health.path is ["/health"]; it must be a path that starts with /',
  ],
  [{ health: "/café" }, 'orders.health.path is "/café"; it must be a path that starts with /'],
  [
    { scaling: { min: 1.5, max: 3 } },
    "orders.scaling is 1.5 to 3; both must be whole numbers, min at most max",
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
    { build: { arguments: { ["__proto__"]: 5 } } },
    "orders.build.arguments sets __proto__; a name must be letters",
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
  [{ environment: { KEY: "a\0b" } }, 'orders.environment.KEY is "a\\u0000b"; it cannot contain a'],
  [{ environment: ["A=b"] }, 'orders.environment is ["A=b"]; it must be variables such as {'],
  [{ environment: { "A-B": "" } }, "orders.environment sets A-B; a name must be letters, digits"],
  [
    { build: { arguments: { "A=B": "" } } },
    "orders.build.arguments sets A=B; a name must be letters",
  ],
  [
    { calls: ["web"], environment: { WEB_URL: "http://other" } },
    'orders.environment sets WEB_URL, but so does calls: ["web"], with the URL of web; remove one',
  ],
])("%j is refused with the value and the fix, whatever the compiler was told", (words, message) => {
  const [found, ...others] = problems({ web: internal, orders: { ...orders, ...words } });
  expect(found).toContain(`services: ${message}`);
  expect(others.filter((problem) => !problem.includes("maximum"))).toEqual([]);
});

test.each<[object, string]>([
  [{ environment: { KEY: ["a"] } }, 'orders.environment.KEY is ["a"]; it must be text'],
  [{ calls: 5 }, "orders.calls is 5; it must be a list of services"],
])("%j is refused without a suggestion, as it may mean anything", (words, problem) => {
  expect(problems({ orders: { ...orders, ...words } })).toEqual([`services: ${problem}`]);
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
  const services = { a: spec };
  expect(defineServices(services)).toBe(services);
});
