import { describe, expect, test } from "vitest";
import { environments } from "../../../../environments";
import { readConfig } from "../../../../project";
import { services } from "../../../../services";
import { readEnvironments } from "../../../../spec/environment/problems";
import { type PreviewSettings, defineEnvironments } from "../../../../spec/environment/settings";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

test("the shipped environments have no problems", () => {
  expect(readEnvironments(environments, services).problems).toEqual([]);
});

describe("a compile error", () => {
  const others = { preview: {}, local: {} };
  const tasks = { scaling: { min: 1, max: 1 } };
  const large = { size: { cpu: 256, memory: 4096 } } as const;

  test("rejects an override of a service that is not in the catalogue", () => {
    defineEnvironments(services, { ...others, dev: { services: { "flask-api": tasks } } });
    // @ts-expect-error there is no such service
    defineEnvironments(services, { ...others, dev: { services: { "flask-ap": tasks } } });
    expect(environmentProblems({ services: { "flask-ap": tasks } })).toHaveLength(1);
  });

  test("rejects a size that Fargate does not offer", () => {
    // @ts-expect-error 256 CPU units take at most 2048 MiB
    defineEnvironments(services, { ...others, dev: { services: { "flask-api": large } } });
    expect(environmentProblems({ services: { web: large } })).toHaveLength(1);
  });

  test("rejects a lifetime for an environment other than previews", () => {
    const written = { ...others, preview: { lifetimeHours: 72 } };
    expect(defineEnvironments(services, written)).toBe(written);
    // @ts-expect-error listed environments do not expire
    defineEnvironments(services, { ...others, dev: { lifetimeHours: 72 } });
  });
});

test.each<[object, string]>([
  [{ region: "us-esat-1" }, 'dev.region is "us-esat-1"; it must be one of us-east-1'],
  [{ availabilityZones: 1 }, "dev.availabilityZones is 1; it must be 2, 3 or 4"],
  [{ cidr: "10.0.0.0/24" }, 'dev.cidr is "10.0.0.0/24"; it must be a private /16 such as'],
  [{ cidr: "10.300.0.0/16" }, 'dev.cidr is "10.300.0.0/16"'],
  [{ cidr: ["10.0.0.0/16"] }, 'dev.cidr is ["10.0.0.0/16"]; it must be a private /16'],
  [{ scaling: { min: 1.5, max: 3 } }, "dev.scaling is 1.5 to 3; both must be whole numbers"],
  [{ services: { ["__proto__"]: 5 } }, 'dev.services names "__proto__", which is not a service'],
  [{ natGateways: "none" }, 'dev.natGateways is "none"; it must be one-per-zone or shared'],
  [
    { natGateway: "shared" },
    "dev.natGateway is not a setting; did you mean natGateways? (valid names: region,",
  ],
  [{ architecture: "amd64" }, 'dev.architecture is "amd64"; it must be X86_64 or ARM64'],
  [{ capacity: "SPOT" }, 'dev.capacity is "SPOT"; it must be on-demand or spot'],
  [{ lifetimeHours: 72 }, "dev.lifetimeHours is 72, but only previews expire; remove it, or move"],
  [{ lifetimeHours: 0 }, "dev.lifetimeHours is 0; it must be a whole number of hours"],
  [{ lifetimeHours: 8761 }, "dev.lifetimeHours is 8761; it must be a whole number of hours from 1"],
  [{ database: { minCapacity: 0.3, maxCapacity: 4 } }, "dev.database is 0.3 to 4 ACU; both must"],
  [{ database: { minCapacity: 0, maxCapacity: 0.5 } }, "dev.database is 0 to 0.5 ACU"],
  [{ database: { minCapacity: 4, maxCapacity: 2 } }, "dev.database is 4 to 2 ACU"],
  [{ database: { minCapacity: -1, maxCapacity: 2 } }, "dev.database is -1 to 2 ACU"],
  [{ database: { minCapacity: 1, maxCapacity: 257 } }, "dev.database is 1 to 257 ACU"],
  [{ database: { maxCapacity: 2 } }, "dev.database.minCapacity is not set; it must be a"],
  [{ database: 4 }, "dev.database is 4; it must be a range of ACU such as { minCapacity: 0.5,"],
  [{ region: undefined }, "dev.region is not set; it must be a region such as eu-west-1"],
  [
    { pullableBy: [111122223333] },
    "dev.pullableBy is [111122223333]; it must be a list of at most",
  ],
  [{ promoteFrom: "blue" }, 'dev.promoteFrom is "blue"; it must be { environment: "…" }'],
  [{ protected: "yes" }, 'dev.protected is "yes"; it must be true or false'],
  [{ plainHttp: false }, "dev.plainHttp is false; it must be true, or left out"],
  [{ logs: true }, "dev.logs is true; it must be a choice of logs such as { access: true }"],
  [{ logs: { acces: true } }, "dev.logs.acces is not a setting; did you mean access?"],
  [{ services: [] }, "dev.services is []; it must be overrides by service: { orders: {"],
  [
    { services: { web: { sizes: {} } } },
    "dev.services.web.sizes is not a setting; did you mean size? (valid names: size, scaling, environment, alarms, sidecars)",
  ],
  [
    { scaling: { min: -1, max: 2 } },
    "dev.scaling is -1 to 2; both must be whole numbers, min at most max",
  ],
  [
    { services: { web: { size: { cpu: 256, memory: 4096 } } } },
    "dev.services.web.size is 256 CPU units with 4096 MiB; Fargate allows 256 with 512/1024/2048",
  ],
  [{ services: { web: { scaling: { min: 3, max: 2 } } } }, "dev.services.web.scaling is 3 to 2"],
  [
    { services: { web: { environment: { ORDERS_URL: "http://other" } } } },
    'dev.services.web.environment sets ORDERS_URL, but so does calls: ["orders"], with the URL of',
  ],
  [
    { services: { web: { environment: { PORT: "1" } } } },
    "dev.services.web.environment sets PORT; a name must be letters, digits and _, but not",
  ],
  [
    { services: { web: { environment: { "A-B": "1" } } } },
    "dev.services.web.environment sets A-B; a name must be letters, digits and _",
  ],
  [
    { services: { web: { environment: { WORKERS: 4 } } } },
    'dev.services.web.environment.WORKERS is 4; it must be text: "4"',
  ],
  [
    { services: { web: { environment: ["A=b"] } } },
    'dev.services.web.environment is ["A=b"]; it must be variables such as {',
  ],
  [
    { services: { web: { calls: ["orders"] } } },
    "dev.services.web.calls is not a setting; valid names: size, scaling, environment",
  ],
  ...[9, 2_000_000_001, 10.5, "2000"].map((requestsPerFiveMinutes): [object, string] => [
    { firewall: { requestsPerFiveMinutes } },
    `dev.firewall.requestsPerFiveMinutes is ${JSON.stringify(requestsPerFiveMinutes)}; it must be a whole number from 10 to 2000000000`,
  ]),
  [{ firewall: true }, "dev.firewall is true; it must be { requestsPerFiveMinutes: 2000 }"],
  [{ scan: "high" }, 'dev.scan is "high"; it must be { threshold: "high" }'],
  [{ scan: {} }, "dev.scan.threshold is not set; it must be critical, high, medium or low"],
  [{ scan: { threshold: "High" } }, 'dev.scan.threshold is "High"; it must be critical, high,'],
  [
    { scan: { threshold: "low", unfixed: "ignore" } },
    'dev.scan.unfixed is "ignore"; it must be fail or report',
  ],
  [{ sign: "yes" }, 'dev.sign is "yes"; it must be true or false'],
  [{ exec: "/bin/sh" }, 'dev.exec is "/bin/sh"; it must be true or false'],
  [
    { services: { wbe: {} } },
    'dev.services names "wbe", which is not a service; the services are web, orders',
  ],
])("%j is refused with the value and the rule", (settings, message) => {
  const problem: unknown = expect.stringContaining(`environments: ${message}`);
  expect(environmentProblems(settings)).toEqual([problem]);
});

test.each([
  [null, "environments: the file's export is null; it must be an object with settings by each"],
  [[], "environments: the file's export is []; it must be"],
  [{ preview: {} }, "environments: local is not set; it must be an object with settings"],
  [{ preview: {}, local: () => ({}) }, "environments: local is a function; it must be an object"],
  [{ preview: {}, local: {}, dev: null }, "environments: dev is null; it must be an object"],
])("%j in place of the environments or one of them is refused", (written, message) => {
  const { problems } = readEnvironments(written, fixture);
  expect(problems).toEqual([expect.stringContaining(message)]);
});

test.each<[object, object, string]>([
  [{ architecture: "ARM46" }, { architecture: "ARM64" }, 'dev.architecture is "ARM46"'],
  [{ architecture: "ARM64" }, { architecture: "ARM46" }, 'prod.architecture is "ARM46"'],
  [{ region: 5 }, { region: "eu-west-1" }, "dev.region is 5"],
  [{ region: "eu-west-1" }, { region: 5 }, "prod.region is 5"],
])("%j and %j, promoted from it, are refused for the wrong word alone", (dev, prod, message) => {
  const promoteFrom = { environment: "dev" };
  const written = { ...environmentsWith(), dev, prod: { ...prod, promoteFrom } };
  const [found, ...others] = readEnvironments(written, fixture).problems;
  expect(found).toContain(message);
  expect(others).toEqual([]);
});

test("an override is not compared with a catalogue that is no object", () => {
  const written = environmentsWith({ services: { web: {} } });
  expect(readEnvironments(written, null).problems).toEqual([]);
});

test("an environment that is no object is not compared with the one that promotes from it", () => {
  const prod = { promoteFrom: { environment: "dev" }, architecture: "ARM64" };
  const { problems } = readEnvironments({ preview: {}, local: {}, dev: null, prod }, fixture);
  expect(problems).toEqual([expect.stringContaining("dev is null")]);
});

test.each<PreviewSettings>([
  { database: { minCapacity: 0, maxCapacity: 1 } },
  { database: { minCapacity: 0.5, maxCapacity: 256 } },
  { database: { minCapacity: 2, maxCapacity: 2 } },
  { scan: { threshold: "critical" } },
  { scan: { threshold: "low", unfixed: "fail" } },
  { sign: true },
  { sign: false },
  { exec: true },
  { exec: true, capacity: "spot", protected: true, plainHttp: true },
  { firewall: { requestsPerFiveMinutes: 10 } },
  { firewall: { requestsPerFiveMinutes: 2_000_000_000 } },
  { region: "eu-west-1", availabilityZones: 4, cidr: "172.16.0.0/16" },
])("%j is accepted", (settings) => {
  expect(environmentProblems(settings)).toEqual([]);
});

test("a network may be any private /16, and no other", () => {
  const isRefused = (cidr: string) => environmentProblems({ cidr }).length > 0;
  const second = [...Array(300).keys()];
  const allowed = (first: number) => second.filter((each) => !isRefused(`${first}.${each}.0.0/16`));
  expect(allowed(10)).toEqual(second.slice(0, 256));
  expect(allowed(172)).toEqual(second.slice(16, 32));
  expect(allowed(192)).toEqual([168]);
  for (const cidr of ["110.0.0.0/16", "10.0.0.0/160", "10.01.0.0/16", "10.0.0.0/16 "]) {
    expect([cidr, isRefused(cidr)]).toEqual([cidr, true]);
  }
});

test.each([1, 8760])(
  "previews may stay for %i hours after their last deployment",
  (lifetimeHours) => {
    const written = { ...environmentsWith(), preview: { lifetimeHours } };
    expect(readEnvironments(written, fixture).problems).toEqual([]);
  },
);

test("what is no object has no settings, not even of previews", () => {
  expect(readEnvironments(null, fixture).environments).toEqual({ preview: {}, local: {} });
});

test.each(["pr-7", "Staging", "much-too-long"])(
  "an environment cannot have the name %s",
  (name) => {
    const [problem, ...others] = readEnvironments(
      { ...environmentsWith(), [name]: {} },
      {},
    ).problems;
    expect(problem).toContain(`environments: the name "${name}"`);
    expect(others).toEqual([]);
  },
);

describe("the settings of a suffix", () => {
  const natGatewaysOf = (env: Record<string, string>) =>
    readConfig(env, environmentsWith({ natGateways: "one-per-zone" }));

  test("are its own, if it is listed", () => {
    expect(natGatewaysOf({ PLATFORM_SUFFIX: "blue" }).config.natGateways).toBe("one-per-zone");
  });

  test("are the settings of all previews, if it begins with pr-", () => {
    const { config, problems } = natGatewaysOf({ PLATFORM_SUFFIX: "pr-login-0" });
    expect(problems).toEqual([]);
    expect(config).toMatchObject({ natGateways: "shared", capacity: "spot", lifetimeHours: 72 });
  });

  test("do not exist, if it is mistyped", () => {
    expect(natGatewaysOf({ PLATFORM_SUFFIX: "bleu" }).problems).toEqual([
      expect.stringMatching(
        /^the environment "bleu" is not in environments.ts; did you mean blue\? \(valid names: dev, blue, green, local, preview\)\. Add it there, or use a preview suffix: pr- followed/,
      ),
    ]);
  });

  test.each(["web", "flask-api"])("do not exist for a service: %s is said to be one", (name) => {
    const catalogue = { [name]: fixture.web };
    const { problems } = readConfig({ PLATFORM_SUFFIX: name }, environmentsWith(), catalogue);
    expect(problems.at(-1)).toBe(`"${name}" is a service: the environment was probably left out`);
    expect(problems).toHaveLength(2);
  });

  test("are the settings of local on the local AWS, regardless of its name", () => {
    const local = { PLATFORM_SUFFIX: "e2e", PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
    const written = { ...environmentsWith(), local: { architecture: "ARM64" } as const };
    const { config, problems } = readConfig(local, written);
    expect(problems).toEqual([]);
    expect(config.architecture).toBe("ARM64");
  });
});

test("a service has the environment's variables besides the catalogue's, and in place of those", () => {
  const web = { ...fixture.web, environment: { LOG_LEVEL: "info", WORKERS: "4" } };
  const environment = { LOG_LEVEL: "debug", TRACE: "${HOME}" };
  const written = environmentsWith({ services: { web: { environment } } });
  const read = readConfig({}, written, { ...fixture, web });
  expect(read.problems).toEqual([]);
  expect(read.services["web"]).toEqual({
    ...web,
    environment: { LOG_LEVEL: "debug", WORKERS: "4", TRACE: "${HOME}" },
  });
  expect(read.services["orders"]).toEqual(fixture.orders);
});

test("an environment's scaling replaces all of the catalogue's, its schedule too", () => {
  const schedule = [{ cron: "0 8 ? * MON-FRI *", min: 4, max: 20 }];
  const web = { ...fixture.web, scaling: { min: 2, max: 10, cpu: 50, schedule } };
  const one = { min: 1, max: 1 };
  const written = environmentsWith({ services: { web: { scaling: one } } });
  expect(readConfig({}, written, { ...fixture, web }).services["web"]?.scaling).toEqual(one);
});

test("a service has the catalogue's settings if the environment sets none", () => {
  const web: ServiceSpec | undefined = readConfig({}, environmentsWith(), fixture).services.web;
  expect(web).toEqual(fixture.web);
});
