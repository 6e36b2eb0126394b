import { Resolver } from "node:dns/promises";
import { ListHostedZonesByNameCommand, type ResourceRecordSet } from "@aws-sdk/client-route-53";
import { afterEach, expect, test, vi } from "vitest";
import { domain } from "../../../../operations/checks/domain";
import type { EnvironmentSettings } from "../../../../spec/environment/settings";
import { checkContext } from "../../../support/preflight";

const SETTINGS = { domain: { name: "dev.example.com", hostedZone: "example.com" } };
const SERVERS = ["ns-1.awsdns-1.com", "ns-2.awsdns-2.net"];
const PUBLIC = { Id: "/hostedzone/Z1", Name: "example.com.", Config: { PrivateZone: false } };
const PRIVATE = { ...PUBLIC, Config: { PrivateZone: true } };

afterEach(() => vi.restoreAllMocks());

/** An account with these zones, of which each has these records beside those of its servers. */
function account(
  { zones = [PUBLIC], records = [] }: { zones?: object[]; records?: ResourceRecordSet[] } = {},
  settings: EnvironmentSettings = SETTINGS,
) {
  const context = checkContext({}, {}, settings);
  const NS: ResourceRecordSet = {
    Name: "example.com.",
    Type: "NS",
    ResourceRecords: SERVERS.map((server) => ({ Value: `${server}.` })),
  };
  const asked = vi.spyOn(context.clients.route53, "send").mockImplementation((command) => {
    if (command instanceof ListHostedZonesByNameCommand) return { HostedZones: zones };
    return { ResourceRecordSets: [NS, ...records] };
  });
  return { context, asked };
}

/** What DNS says of each name: its servers, or the code of an error. */
function dns(answers: Record<string, string[] | string>) {
  return vi.spyOn(Resolver.prototype, "resolveNs").mockImplementation((name) => {
    const answer = answers[name] ?? "ENOTFOUND";
    if (Array.isArray(answer)) return Promise.resolve(answer);
    return Promise.reject(Object.assign(new Error(`queryNs ${answer}`), { code: answer }));
  });
}

const LOOKED_UP = { "example.com": ["NS-1.awsdns-1.com", "ns-2.awsdns-2.net"], com: ["a.gtld"] };

test("a zone that DNS asks, in which the name is free, is well", async () => {
  dns(LOOKED_UP);
  const { context } = account();
  expect(await domain.run(context)).toEqual({
    found: "dev.example.com in the hosted zone example.com; DNS asks its servers",
  });
});

test("without a domain neither Route 53 nor DNS is asked", async () => {
  const { context, asked } = account({}, {});
  const resolved = dns(LOOKED_UP);
  expect(await domain.run(context)).toEqual({
    found: "none; the load balancer speaks plain HTTP",
  });
  expect(asked).not.toHaveBeenCalled();
  expect(resolved).not.toHaveBeenCalled();
});

test.each([
  ["that is not there", [], "no public hosted zone example.com, which is to hold dev.example.com"],
  ["of another name", [{ ...PUBLIC, Name: "example.org." }], "no public hosted zone example.com"],
  ["that is private", [PRIVATE], "no public hosted zone example.com"],
  ["that is there twice", [PUBLIC, PUBLIC], "2 public hosted zones example.com: /hostedzone/Z1, "],
])("a zone %s is a problem", async (_, zones, problem) => {
  dns(LOOKED_UP);
  expect(await domain.run(account({ zones }).context)).toEqual({
    problems: [{ problem: expect.stringContaining(problem), fix: expect.any(String) }],
  });
});

test("a private zone beside the public one does no harm", async () => {
  dns(LOOKED_UP);
  expect(await domain.run(account({ zones: [PRIVATE, PUBLIC] }).context)).toHaveProperty("found");
});

test.each<[string, Record<string, string[] | string>, string]>([
  [
    "at other servers",
    { "example.com": ["ns.elsewhere.net"] },
    "asks ns.elsewhere.net for example.com",
  ],
  [
    "at other servers as well",
    { "example.com": [...SERVERS, "ns.elsewhere.net"] },
    "asks ns-1.awsdns-1.com, ns-2.awsdns-2.net, ns.elsewhere.net for example.com",
  ],
  [
    "in a zone of its own",
    { "dev.example.com": ["ns-3.awsdns-3.org"], ...LOOKED_UP },
    "asks ns-3.awsdns-3.org for dev.example.com",
  ],
  ["nowhere", { com: ["a.gtld"] }, "knows no servers of example.com"],
  [
    "at servers that do not know it",
    { "example.com": "ESERVFAIL" },
    "gets no answer for example.com",
  ],
])(
  "a domain that DNS looks up %s would wait in vain for its certificate",
  async (_, answers, finding) => {
    dns(answers);
    expect(await domain.run(account().context)).toEqual({
      problems: [
        {
          problem: `DNS ${finding}, and not the hosted zone example.com: ACM would look for its record for 30 minutes in vain`,
          fix: "where example.com is registered, or in the zone above it, name its servers ns-1.awsdns-1.com, ns-2.awsdns-2.net; or say the hostedZone that DNS asks in environments.ts",
        },
      ],
    });
  },
);

test.each<[string, Record<string, string>, string]>([
  ["cannot be asked", { "dev.example.com": "ETIMEOUT" }, "DNS could not be asked (ETIMEOUT: "],
  ["knows no internet", {}, "the DNS of this machine knows nothing of the internet"],
])("a DNS that %s stops nobody, and is named", async (_, answers, note) => {
  dns(answers);
  expect(await domain.run(account().context)).toEqual({ found: expect.stringContaining(note) });
});

function address(target: string): ResourceRecordSet {
  const AliasTarget = {
    DNSName: target,
    HostedZoneId: "Z35SXDOTRQ7X7K",
    EvaluateTargetHealth: false,
  };
  return { Name: "dev.example.com.", Type: "A", AliasTarget };
}

test.each([
  ["platform-dev-1234567890.us-east-1.elb.amazonaws.com."],
  ["dualstack.platform-dev-1234567890.us-east-1.elb.amazonaws.com."],
])("the environment's own record, to %s, does not stop its next deployment", async (target) => {
  dns(LOOKED_UP);
  expect(await domain.run(account({ records: [address(target)] }).context)).toHaveProperty("found");
});

test.each<[string, ResourceRecordSet, string]>([
  [
    "another environment's",
    address("platform-dev2-1234567890.us-east-1.elb.amazonaws.com."),
    "A (platform-dev2-1234567890.us-east-1.elb.amazonaws.com.)",
  ],
  [
    "somebody's server's",
    { Name: "dev.example.com.", Type: "AAAA", ResourceRecords: [{ Value: "2001:db8::1" }] },
    "AAAA (2001:db8::1)",
  ],
])("a name that is %s is a problem before anything is created", async (_, record, words) => {
  dns(LOOKED_UP);
  expect(await domain.run(account({ records: [record] }).context)).toEqual({
    problems: [
      {
        problem: `dev.example.com leads elsewhere by a record ${words}`,
        fix: "set a domain.name that is free in environments.ts, or delete that record when nobody needs it",
      },
    ],
  });
});

test("a domain that leads to the same environment in another region is refused, with both ways out", async () => {
  dns(LOOKED_UP);
  const record = address("dualstack.platform-dev-1234567890.eu-west-1.elb.amazonaws.com.");
  expect(await domain.run(account({ records: [record] }).context)).toEqual({
    problems: [
      {
        problem: "dev.example.com leads to dev in eu-west-1, and cannot lead to us-east-1 as well",
        fix: "add an entry to environments.ts for us-east-1, with a domain.name of its own or without a domain; or destroy dev in eu-west-1 first",
      },
    ],
  });
});

test("what other names in the zone lead to is nobody's concern", async () => {
  dns(LOOKED_UP);
  const other = { ...address("elsewhere.example.net."), Name: "www.example.com." };
  expect(await domain.run(account({ records: [other] }).context)).toHaveProperty("found");
});
