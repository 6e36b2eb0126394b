import { describe, expect, test } from "vitest";
import { environments } from "../../environments";
import { services } from "../../services";
import type { ServiceSpec } from "../../spec/service/spec";
import { readConfig } from "../../project";
import { readEnvironments } from "../../spec/environment/problems";
import { type PreviewSettings, defineEnvironments } from "../../spec/environment/settings";
import { environmentsWith } from "../support/environments";
import { fixture } from "../support/services";
import { type Block, synthesize } from "../support/synth";

const problemsOf = (settings: object) =>
  readEnvironments({ ...environmentsWith(), dev: settings }, fixture).problems;

const DOMAIN = { name: "dev.example.com", hostedZone: "example.com" };

describe("a protected environment", () => {
  test("without a domain is refused unless it says that it serves plain HTTP", () => {
    expect(problemsOf({ protected: true })).toEqual([
      expect.stringMatching(
        /^environments: dev\.protected is true, but there is no domain.*set domain: .* or plainHttp: true/,
      ),
    ]);
    expect(problemsOf({ protected: true, plainHttp: true })).toEqual([]);
    expect(problemsOf({ protected: true, domain: DOMAIN })).toEqual([]);
  });

  test("with a mistyped domain or decision is refused for that alone", () => {
    expect(problemsOf({ protected: true, domain: "dev.example.com" })).toHaveLength(1);
    expect(problemsOf({ protected: true, plainHttp: "yes" })).toEqual([
      'environments: dev.plainHttp is "yes"; it must be true, or left out',
    ]);
  });

  test("does not serve plain HTTP beside a domain", () => {
    expect(problemsOf({ plainHttp: true, domain: DOMAIN })).toEqual([
      expect.stringContaining("dev.plainHttp is true, but domain.name is"),
    ]);
  });

  test("is no preview, which expires", () => {
    const written = { ...environmentsWith(), preview: { protected: true, plainHttp: true } };
    expect(readEnvironments(written, fixture).problems).toEqual([
      expect.stringContaining(
        "environments: preview.protected is true, but previews are destroyed",
      ),
    ]);
    // @ts-expect-error previews cannot be protected
    defineEnvironments(services, { preview: { protected: true }, local: {} });
  });

  test("has all logs, unless it leaves one out; others have none, unless they ask for one", () => {
    const logsOf = (settings: PreviewSettings) =>
      readConfig({}, environmentsWith(settings), fixture).config.logs;
    expect(logsOf({ protected: true, plainHttp: true, logs: { flow: false } })).toEqual({
      access: true,
      flow: false,
      database: true,
    });
    expect(logsOf({ logs: { access: true } })).toEqual({
      access: true,
      flow: false,
      database: false,
    });
  });
});

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
    expect(problemsOf({ services: { "flask-ap": tasks } })).toHaveLength(1);
  });

  test("rejects a size that Fargate does not offer", () => {
    // @ts-expect-error 256 CPU units take at most 2048 MiB
    defineEnvironments(services, { ...others, dev: { services: { "flask-api": large } } });
    expect(problemsOf({ services: { web: large } })).toHaveLength(1);
  });

  test("rejects a lifetime for an environment other than previews", () => {
    defineEnvironments(services, { ...others, preview: { lifetimeHours: 72 } });
    // @ts-expect-error listed environments do not expire
    defineEnvironments(services, { ...others, dev: { lifetimeHours: 72 } });
    expect(others).toEqual({ preview: {}, local: {} });
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
  [
    { domain: { name: "dev.example.com" } },
    "dev.domain.hostedZone is not set; it must be a hosted",
  ],
  [{ protected: "yes" }, 'dev.protected is "yes"; it must be true or false'],
  [{ plainHttp: false }, "dev.plainHttp is false; it must be true, or left out"],
  [{ logs: true }, "dev.logs is true; it must be a choice of logs such as { access: true }"],
  [{ logs: { acces: true } }, "dev.logs.acces is not a setting; did you mean access?"],
  [{ services: [] }, "dev.services is []; it must be overrides by service: { orders: {"],
  [
    { services: { web: { sizes: {} } } },
    "dev.services.web.sizes is not a setting; did you mean size? (valid names: size, scaling)",
  ],
  [
    { scaling: { min: 0, max: 2 } },
    "dev.scaling is 0 to 2; both must be whole numbers, min at least 1",
  ],
  [
    { services: { web: { size: { cpu: 256, memory: 4096 } } } },
    "dev.services.web.size is 256 CPU units with 4096 MiB; Fargate allows 256 with 512/1024/2048",
  ],
  [{ services: { web: { scaling: { min: 3, max: 2 } } } }, "dev.services.web.scaling is 3 to 2"],
  ...["*.example.com", "https://example.com", "Dev.example.com", "dev", "-dev.example.com"].map(
    (name): [object, string] => [
      { domain: { name, hostedZone: "example.com" } },
      `dev.domain.name is "${name}"; it must be a host name of at most 64 lower-case letters`,
    ],
  ),
  ...["10.0.0.1", `${"a".repeat(60)}.com.`, `${"a".repeat(61)}.com`].map(
    (name): [object, string] => [
      { domain: { name, hostedZone: "example.com" } },
      `dev.domain.name is "${name}"; it must be a host name`,
    ],
  ),
  [
    { domain: { name: "dev.example.com", hostedZone: "example.com." } },
    'dev.domain.hostedZone is "example.com."; it must be a host name',
  ],
  [
    { domain: { name: "anexample.com", hostedZone: "example.com" } },
    'dev.domain.name is "anexample.com"; it must be "example.com", the value of domain.hostedZone, or end with ".example.com"',
  ],
  ...[
    "http://login.example.com",
    "login.example.com",
    "https://login.example.com/?tenant=1",
    "https://login.example.com/?",
    "https://login.example.com/#",
    "https://user@login.example.com",
    "javascript:alert(1)",
  ].map((issuer): [object, string] => [
    { identity: { issuer, audience: "orders" } },
    `dev.identity.issuer is "${issuer}"; it must be an https URL without user, query or fragment`,
  ]),
  [
    { identity: { issuer: "https://login.example.com:8443", audience: "orders" } },
    'dev.identity.issuer is "https://login.example.com:8443"; it cannot have a port: tasks reach HTTPS at port 443 alone',
  ],
  [
    {
      identity: {
        issuer: "https://login.example.com/a/.well-known/openid-configuration",
        audience: "orders",
      },
    },
    'dev.identity.issuer is "https://login.example.com/a/.well-known/openid-configuration"; that is its document; the issuer is "https://login.example.com/a"',
  ],
  ...[
    ["https://Login.example.com/a", "https://login.example.com/a"],
    ["https://login.example.com:443/a", "https://login.example.com/a"],
    ["https://login.example.com/b/../a", "https://login.example.com/a"],
    ["https://login.example.com/${a}", "https://login.example.com/$%7Ba%7D"],
    [" https://login.example.com/a", "https://login.example.com/a"],
  ].map(([issuer, written]): [object, string] => [
    { identity: { issuer, audience: "orders" } },
    `dev.identity.issuer is "${issuer}"; it must be written "${written}"`,
  ]),
  [
    { identity: { issuer: "https://login.example.com//", audience: "orders" } },
    'dev.identity.issuer is "https://login.example.com//"; it must end with one slash at most',
  ],
  [
    { identity: { issuer: `https://${"a".repeat(512)}.example.com`, audience: "orders" } },
    `dev.identity.issuer is "https://${"a".repeat(71)}…; it must have at most 512 characters`,
  ],
  [
    { identity: { audience: "orders" } },
    "dev.identity.issuer is not set; it must be an issuer such as https://login",
  ],
  [
    { identity: { issuer: "https://login.example.com", audience: "" } },
    'dev.identity.audience is ""; it must be the audience of its access tokens',
  ],
  [
    { identity: { issuer: "https://login.example.com", audience: "my orders" } },
    'dev.identity.audience is "my orders"; it must be visible ASCII characters, no spaces',
  ],
  [{ identity: "cognito" }, 'dev.identity is "cognito"; it must be { issuer: "…", audience: "…" }'],
  ...[9, 2_000_000_001, 10.5, "2000"].map((requestsPerFiveMinutes): [object, string] => [
    { firewall: { requestsPerFiveMinutes } },
    `dev.firewall.requestsPerFiveMinutes is ${JSON.stringify(requestsPerFiveMinutes)}; it must be a whole number from 10 to 2000000000`,
  ]),
  [{ firewall: true }, "dev.firewall is true; it must be { requestsPerFiveMinutes: 2000 }"],
  [
    { services: { wbe: {} } },
    'dev.services names "wbe", which is not a service; the services are web, orders',
  ],
])("%j is refused with the value and the rule", (settings, message) => {
  const problems = problemsOf(settings);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`environments: ${message}`);
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

test.each([
  "https://login.example.com",
  "https://login.example.com/",
  "https://login.example.com/tenant",
  "https://login.example.com/tenant/",
  "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34e",
])("%s is an issuer, which tokens must name letter by letter", (issuer) => {
  const identity = { issuer, audience: "api://orders" };
  expect(problemsOf({ identity })).toEqual([]);
  expect(readConfig({}, environmentsWith({ identity }), fixture).config.identity).toEqual(identity);
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
  { domain: { name: "example.com", hostedZone: "example.com" } },
  { domain: { name: "xn--bcher-kva.dev.example.com", hostedZone: "example.com" } },
  { region: "eu-west-1", availabilityZones: 4, cidr: "172.16.0.0/16" },
])("%j is accepted", (settings) => {
  expect(problemsOf(settings)).toEqual([]);
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

  test("are the settings of local on the local AWS, regardless of its name", () => {
    const local = { PLATFORM_SUFFIX: "e2e", PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
    const written = { ...environmentsWith(), local: { architecture: "ARM64" } as const };
    const { config, problems } = readConfig(local, written);
    expect(problems).toEqual([]);
    expect(config.architecture).toBe("ARM64");
  });
});

describe("the services of an environment", () => {
  const scaled = (name: string, stack: ReturnType<typeof synthesize>["platform"]) =>
    stack
      .resources("aws_appautoscaling_target")
      .filter(({ resource_id }) => String(resource_id).includes(`services_${name}_service`))
      .map(({ min_capacity, max_capacity }) => [min_capacity, max_capacity]);

  test("have the environment's number of tasks, unless it sets a service's own", () => {
    const { platform } = synthesize(
      fixture,
      {},
      {
        scaling: { min: 1, max: 2 },
        services: { web: { scaling: { min: 4, max: 20 } } },
      },
    );
    expect(scaled("web", platform)).toEqual([[4, 20]]);
    expect(scaled("orders", platform)).toEqual([[1, 2]]);
    expect(scaled("order-archive", platform)).toEqual([[1, 2]]);
  });

  test("have the environment's size in the probe and in the task", () => {
    const size = { cpu: 1024, memory: 4096 } as const;
    const { images, platform } = synthesize(fixture, {}, { services: { web: { size } } });
    const [task] = platform
      .resources("aws_ecs_task_definition")
      .filter(({ family }) => family === "platform-web-dev");
    expect(task).toMatchObject({ cpu: "1024", memory: "4096" });
    const [probe] = images
      .resources("docker_container")
      .filter(({ name }) => name === "platform-web-probe-use1-dev");
    expect(probe).toMatchObject({ memory: 4096 });
  });

  test("have the catalogue's settings if the environment sets none", () => {
    const web: ServiceSpec | undefined = readConfig({}, environmentsWith(), fixture).services.web;
    expect(web).toEqual(fixture.web);
  });
});

describe("a preview", () => {
  const { platform } = synthesize(fixture, { PLATFORM_SUFFIX: "pr-login-0" });

  test("has one NAT gateway, one task of each service, and a database that pauses", () => {
    expect(platform.resources("aws_nat_gateway")).toHaveLength(1);
    const services = platform.resources("aws_ecs_service");
    expect(services.map(({ desired_count }) => desired_count)).toEqual([1, 1, 1]);
    expect(platform.resources("aws_rds_cluster")).toEqual([
      expect.objectContaining({
        serverlessv2_scaling_configuration: { min_capacity: 0, max_capacity: 1 },
      }),
    ]);
  });

  test("runs on Spot, which its cluster offers for as long as a service exists", () => {
    const [offer] = platform.resources("aws_ecs_cluster_capacity_providers");
    expect(offer).toMatchObject({ capacity_providers: ["FARGATE", "FARGATE_SPOT"] });
    expect(offer).not.toHaveProperty("default_capacity_provider_strategy");
    for (const service of platform.resources("aws_ecs_service")) {
      expect(service["capacity_provider_strategy"]).toEqual([
        { capacity_provider: "FARGATE_SPOT", weight: 1 },
      ]);
      expect(service).not.toHaveProperty("launch_type");
      expect(service["depends_on"]).toContainEqual(
        expect.stringContaining("aws_ecs_cluster_capacity_providers."),
      );
    }
  });

  test("has an expiry that no plan shows as a change", () => {
    const [aws] = platform.json["provider"]?.["aws"] as unknown as Block[];
    expect(aws?.["ignore_tags"]).toEqual([{ keys: ["ExpiresAt", "RestoredFrom"] }]);
    expect(JSON.stringify(platform.json["resource"])).not.toContain("ExpiresAt");
  });
});

test("an environment without settings has no capacity providers", () => {
  const { platform } = synthesize(fixture);
  expect(platform.resources("aws_ecs_cluster_capacity_providers")).toEqual([]);
  expect(JSON.stringify(platform.json)).not.toContain("capacity_provider");
});

describe("a host name", () => {
  const domain = { name: "dev.example.com", hostedZone: "example.com" };

  test("cannot belong to two environments", () => {
    const environments = { ...environmentsWith({ domain }), blue: { domain } };
    expect(readEnvironments(environments, fixture).problems).toEqual([
      'environments: blue.domain.name "dev.example.com" is also used by dev',
    ]);
  });

  test("cannot belong to all previews", () => {
    const [problem] = readEnvironments(
      { ...environmentsWith(), preview: { domain } },
      fixture,
    ).problems;
    expect(problem).toContain("is also used by every other preview");
  });

  test("is ignored on the local AWS, which has no TLS", () => {
    const local = { PLATFORM_REGISTRY: "http://127.0.0.1:4566" };
    expect(readConfig({}, environmentsWith({ domain })).config.domain).toEqual(domain);
    expect(readConfig(local, environmentsWith({ domain })).config.domain).toBeUndefined();
  });
});
