import { describe, expect, test } from "vitest";
import { quotaProblems } from "../../../../spec/service/quota-problems";
import type { HttpService, ServiceSpec, Services } from "../../../../spec/service/spec";
import { deploymentProblems } from "../../../../spec/service/problems";
import { sessionStatements, taskPolicyCharacters } from "../../../../spec/service/task-statements";
import { readConfig } from "../../../../project";
import { environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const small: HttpService = { ...fixture["order-archive"], scaling: { min: 1, max: 1 } };
const internal: HttpService = { ...fixture.orders, database: false, scaling: { min: 1, max: 1 } };

function many(count: number, spec: (index: number) => ServiceSpec): Services {
  return Object.fromEntries([...Array(count).keys()].map((at) => [`service-${at}`, spec(at)]));
}

const published = (at: number) => ({ ...small, path: `/service-${at}` });
const calling = (count: number) => ({
  ...internal,
  calls: [...Array(count).keys()].map((at) => `service-${at}`),
});

const numbered = (count: number, start: string) =>
  [...Array(count).keys()].map((at) => `${start}${at}`);

/** Fewer characters than permissions may have. */
const reading = (count: number) => [
  {
    actions: ["dynamodb:GetItem"] as const,
    resources: numbered(count, "arn:aws:dynamodb:*:*:table/t-") as `arn:${string}`[],
  },
];

test.each<[string, Services, Services, string]>([
  [
    "public services, whose rules exist twice while the listener changes",
    many(50, published),
    many(51, published),
    "51 services are public; one load balancer allows 50",
  ],
  [
    "tasks behind the load balancer, doubled during a deployment",
    many(5, (at) => ({ ...published(at), scaling: { min: 1, max: 100 } })),
    many(6, (at) => ({ ...published(at), scaling: { min: 1, max: 84 } })),
    "1008 tasks of public services can run during a deployment",
  ],
  [
    "tasks in the private zone",
    many(10, () => ({ ...internal, scaling: { min: 1, max: 100 } })),
    many(11, () => ({ ...internal, scaling: { min: 1, max: 91 } })),
    "2002 tasks can run during a deployment",
  ],
  [
    "services that one service calls",
    { ...many(58, () => internal), caller: calling(58) },
    { ...many(59, () => internal), caller: calling(59) },
    "59 services are called by caller; a service may call 58",
  ],
  [
    "callers of one service, listed by name",
    { ...many(59, () => ({ ...internal, calls: ["callee"] })), callee: internal },
    { ...many(60, () => ({ ...internal, calls: ["callee"] })), callee: internal },
    "60 services call callee; a service may be called by 59: service-0, service-1,",
  ],
  [
    "roles of an account, two for each service",
    many(500, () => internal),
    many(501, () => internal),
    "1002 IAM roles are needed, 2 for each service and 4 for each job; one account allows 1000",
  ],
  [
    "buckets, which the endpoint's policy names",
    many(5, (at) => ({ ...internal, stores: numbered(20, `b${at}-`) })),
    many(5, (at) => ({ ...internal, stores: numbered(at === 0 ? 21 : 20, `b${at}-`) })),
    "101 buckets are stored in; the policy of the network's endpoint for S3 has room for 100",
  ],
  [
    "characters of a task role's policy: its queues and buckets",
    { hub: { ...internal, receives: numbered(20, "q"), stores: numbered(40, "long-bucket-") } },
    { hub: { ...internal, receives: numbered(20, "q"), stores: numbered(50, "long-bucket-") } },
    "characters of the policy of hub's task role come from its sends, receives, stores and permissions; leave some out, or use wildcards in permissions: IAM allows 10240",
  ],
  [
    "characters of a task role's policy: its buckets and its permissions together",
    { hub: { ...internal, stores: numbered(20, "long-bucket-"), permissions: reading(100) } },
    { hub: { ...internal, stores: numbered(40, "long-bucket-"), permissions: reading(100) } },
    "characters of the policy of hub's task role",
  ],
  [
    "bytes of a task definition",
    { orders: { ...internal, environment: { TEXT: "x".repeat(48_000) } } },
    { orders: { ...internal, environment: { TEXT: "x".repeat(50_000) } } },
    "bytes of orders's task definition come from its environment, calls, queues, buckets, secrets, commands, sidecars and the database's authorities; AWS allows 64 KiB",
  ],
  [
    "bytes of a task definition, doubled by a migration",
    { orders: { ...internal, migrate: ["m"], environment: { TEXT: "x".repeat(24_000) } } },
    { orders: { ...internal, migrate: ["m"], environment: { TEXT: "x".repeat(25_000) } } },
    "bytes of orders's task definition",
  ],
])("%s: the most that AWS allows is accepted, and more is refused", (_, fine, tooMany, message) => {
  expect(quotaProblems(fine, {})).toEqual([]);
  expect(quotaProblems(tooMany, {})).toEqual([expect.stringContaining(message)]);
});

/** The bytes of a task definition that are too many. */
function bytesOf(words: Partial<HttpService>, authorities = ""): number {
  const orders = { ...internal, environment: { TEXT: "x".repeat(60_000) }, ...words };
  const [problem = ""] = quotaProblems(
    { ...fixture, orders },
    { databaseAuthorities: authorities },
  );
  return Number(/^services: (\d+) bytes of orders's task definition/.exec(problem)?.[1]);
}

describe("the bytes of a task definition count", () => {
  const variables = `[{"name":"TEXT","value":"${"x".repeat(60_000)}"}]`.length;
  const health = '{"path":"/health"}'.length;
  const plain = variables + "[]".length + health;

  test("its variables, its health path and a command of its own that checks it", () => {
    expect(bytesOf({})).toBe(plain);
    const checked = { path: "/health", command: ["/check", "-v"] } as const;
    expect(bytesOf({ health: checked })).toBe(plain + ',"command":["/check","-v"]'.length);
  });

  test("a call with the longest address that any environment gives the service", () => {
    const address = `http://web.${"n".repeat(16)}-${"s".repeat(12)}.internal:8080`;
    const call = `,{"name":"WEB_URL","value":"${address}"}`;
    expect(bytesOf({ calls: ["web"] })).toBe(plain + call.length);
  });

  test("a migration with its own copy of the variables", () => {
    expect(bytesOf({ migrate: ["/migrate"] })).toBe(
      variables + variables + '["/migrate"]'.length + health,
    );
  });

  test("the database's authorities for its setup and the service, and for a migration", () => {
    const migrate = ["/migrate"] as const;
    const authorities = "x".repeat(98);
    expect(bytesOf({ database: true }, authorities)).toBe(plain + 200);
    expect(bytesOf({ database: true, migrate }, authorities)).toBe(bytesOf({ migrate }) + 300);
    expect(bytesOf({ database: true })).toBe(plain + 2 * '""'.length);
    expect(bytesOf({}, authorities)).toBe(plain);
  });
});

test("the quotas count what the environment deploys, and only if all else is right", () => {
  const catalogue = many(12, published);
  const inDev = (settings: object, written: unknown = catalogue) =>
    deploymentProblems(written, readConfig({}, environmentsWith(settings), catalogue));
  expect(inDev({})).toEqual([]);
  expect(inDev({ scaling: { min: 1, max: 100 } })).toEqual([
    "services: 2400 tasks of public services can run during a deployment, according to scaling.max in services/index.ts and environments.ts; one load balancer allows 1000",
    expect.stringContaining("one Cloud Map namespace allows 2000"),
  ]);
  expect(inDev({ scaling: { min: 1, max: 100 }, cidr: 5 })).toEqual([]);
  expect(inDev({ scaling: { min: 1, max: 100 } }, { ...catalogue, one: null })).toEqual([
    expect.stringContaining("services: one is null"),
  ]);
});

describe("exec counts in the policy of a task role", () => {
  const place = {
    name: "platform",
    suffix: "dev",
    region: "us-east-1",
    registry: undefined,
    account: "123456789012",
    exec: true,
  };
  const added = (spec: ServiceSpec) =>
    taskPolicyCharacters("web", spec, place) -
    taskPolicyCharacters("web", spec, { ...place, exec: false });
  const otel = { folder: "sidecars/otel" };

  test("with the log of each container that people may enter, as the stack grants them", () => {
    const sidecars = { otel, proxy: otel };
    const statements = sessionStatements(
      ["web", "web_otel", "web_proxy"].map(
        (log) => `arn:aws:logs:us-east-1:123456789012:log-group:/ecs/platform-dev/${log}:*`,
      ),
    ).map(({ sid, actions, resources }) => {
      return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
    });
    expect(added({ ...internal, sidecars })).toBe(JSON.stringify(statements).length - "[]".length);
  });

  test("but not of a job, whose tasks nobody enters", () => {
    expect(added({ schedule: { everyMinutes: 60 }, size: { cpu: 256, memory: 512 } })).toBe(0);
  });

  test("only where the environment has it, and the message then names it", () => {
    const hub = (stores: number) => ({
      ...internal,
      receives: numbered(20, "q"),
      stores: numbered(stores, "long-bucket-"),
    });
    const most = [...Array(51).keys()]
      .reverse()
      .find((stores) => quotaProblems({ hub: hub(stores) }, {}).length === 0);
    const services = { hub: hub(most ?? 0) };
    expect(quotaProblems(services, { exec: true })).toEqual([
      expect.stringContaining("stores and permissions, and from exec in environments.ts;"),
    ]);
    const problems = (exec: boolean) =>
      deploymentProblems(services, readConfig({}, environmentsWith({ exec }), services));
    expect([problems(false).length, problems(true).length]).toEqual([0, 1]);
  });
});
