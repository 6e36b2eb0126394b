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

/** An account with these zones; each has these records and those of every zone. */
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
  const SOA: ResourceRecordSet = {
    Name: "example.com.",
    Type: "SOA",
    ResourceRecords: [{ Value: "ns-1.awsdns-1.com. hostmaster 1 7200 900 1209600 86400" }],
  };
  const asked = vi.spyOn(context.clients.route53, "send").mockImplementation((command) => {
    if (command instanceof ListHostedZonesByNameCommand) return { HostedZones: zones };
    return { ResourceRecordSets: [NS, SOA, ...records] };
  });
  return { context, asked };
}

/** DNS's answer for each name: its servers, or an error code. */
function dns(answers: Record<string, string[] | string>) {
  return vi.spyOn(Resolver.prototype, "resolveNs").mockImplementation((name) => {
    const answer = answers[name] ?? "ENOTFOUND";
    if (Array.isArray(answer)) return Promise.resolve(answer);
    return Promise.reject(Object.assign(new Error(`queryNs ${answer}`), { code: answer }));
  });
}

const LOOKED_UP = { "example.com": ["NS-1.awsdns-1.com", "ns-2.awsdns-2.net"], com: ["a.gtld"] };

test("a zone is fine if DNS delegates to it and the name is free", async () => {
  dns(LOOKED_UP);
  const { context, asked } = account();
  expect(await domain.run(context)).toEqual({
    found: "dev.example.com in the hosted zone example.com; delegated to its name servers",
  });
  expect(asked.mock.calls.map(([{ input }]) => input)).toEqual([
    { DNSName: "example.com" },
    { HostedZoneId: "/hostedzone/Z1", StartRecordName: "example.com" },
    { HostedZoneId: "/hostedzone/Z1", StartRecordName: "dev.example.com" },
  ]);
});

test("without a domain neither Route 53 nor DNS is queried", async () => {
  const { context, asked } = account({}, {});
  const resolved = dns(LOOKED_UP);
  expect(await domain.run(context)).toEqual({
    found: "none; the load balancer serves plain HTTP",
  });
  expect(asked).not.toHaveBeenCalled();
  expect(resolved).not.toHaveBeenCalled();
});

const NO_ZONE = "the account has no public hosted zone example.com for dev.example.com";
const NO_ZONE_FIX =
  "in environments.ts set a hostedZone that the account has (aws route53 list-hosted-zones), or use credentials for the account that owns it";

test.each([
  ["that does not exist", [], NO_ZONE, NO_ZONE_FIX],
  ["with another name", [{ ...PUBLIC, Name: "example.org." }], NO_ZONE, NO_ZONE_FIX],
  ["that is private", [PRIVATE], NO_ZONE, NO_ZONE_FIX],
  [
    "that exists twice",
    [PUBLIC, { ...PUBLIC, Id: "/hostedzone/Z2" }],
    "the account has 2 public hosted zones named example.com: /hostedzone/Z1, /hostedzone/Z2",
    "delete those whose name servers are not set at the domain's registrar",
  ],
])("a zone %s is a problem", async (_, zones, problem, fix) => {
  dns(LOOKED_UP);
  expect(await domain.run(account({ zones }).context)).toEqual({ problems: [{ problem, fix }] });
});

test("a private zone beside the public one is no problem", async () => {
  dns(LOOKED_UP);
  const { Id, Name } = PUBLIC;
  for (const zone of [PUBLIC, { Id, Name }]) {
    const { context } = account({ zones: [PRIVATE, zone] });
    expect(await domain.run(context)).toHaveProperty("found");
  }
});

test.each<[string, Record<string, string[] | string>, string]>([
  [
    "delegated to other servers",
    { "example.com": ["ns.elsewhere.net"] },
    "delegates example.com to ns.elsewhere.net",
  ],
  [
    "also delegated to other servers",
    { "example.com": [...SERVERS, "ns.elsewhere.net"] },
    "delegates example.com to ns-1.awsdns-1.com, ns-2.awsdns-2.net, ns.elsewhere.net",
  ],
  [
    "without records of its own, delegated to other servers",
    { "dev.example.com": "ENODATA", "example.com": ["ns.elsewhere.net"] },
    "delegates example.com to ns.elsewhere.net",
  ],
  [
    "delegated to its own zone",
    { "dev.example.com": ["ns-3.awsdns-3.org"], ...LOOKED_UP },
    "delegates dev.example.com to ns-3.awsdns-3.org",
  ],
  ["not delegated at all", { com: ["a.gtld"] }, "has no name servers for example.com"],
  [
    "delegated to servers that do not know it",
    { "example.com": "ESERVFAIL" },
    "gets no answer for example.com",
  ],
])("a domain %s is a problem, as its certificate would time out", async (_, answers, finding) => {
  dns(answers);
  expect(await domain.run(account().context)).toEqual({
    problems: [
      {
        problem: `dev.example.com is not delegated to the hosted zone example.com: DNS ${finding}, and ACM would time out after 30 minutes`,
        fix: "set the name servers of example.com to ns-1.awsdns-1.com, ns-2.awsdns-2.net at its registrar or in its parent zone; or set the hostedZone that DNS uses in environments.ts",
      },
    ],
  });
});

test.each<[string, Record<string, string>, string]>([
  ["cannot be queried", { "dev.example.com": "ETIMEOUT" }, "the DNS lookup failed (ETIMEOUT: "],
  ["resolves no internet names", {}, "this machine cannot resolve internet names"],
])("a DNS that %s is reported and blocks no deployment", async (_, answers, note) => {
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
])("the environment's own record, to %s, does not block its next deployment", async (target) => {
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
    "another server's",
    {
      Name: "dev.example.com.",
      Type: "AAAA",
      ResourceRecords: [{ Value: "2001:db8::1" }, { Value: "2001:db8::2" }],
    },
    "AAAA (2001:db8::1, 2001:db8::2)",
  ],
  [
    "another host's",
    { Name: "dev.example.com.", Type: "CNAME", ResourceRecords: [{ Value: "www.example.net" }] },
    "CNAME (www.example.net)",
  ],
  [
    "an internal load balancer's",
    address("internal-platform-dev-1234567890.us-east-1.elb.amazonaws.com."),
    "A (internal-platform-dev-1234567890.us-east-1.elb.amazonaws.com.)",
  ],
])("a domain name that is %s is a problem before anything is created", async (_, record, words) => {
  dns(LOOKED_UP);
  expect(await domain.run(account({ records: [record] }).context)).toEqual({
    problems: [
      {
        problem: `dev.example.com already points elsewhere: record ${words}`,
        fix: "set a free domain.name in environments.ts, or delete that record if it is no longer needed",
      },
    ],
  });
});

test("a domain that points to the same environment in another region is refused, with both fixes", async () => {
  dns(LOOKED_UP);
  const record = address("dualstack.platform-dev-1234567890.eu-west-1.elb.amazonaws.com.");
  expect(await domain.run(account({ records: [record] }).context)).toEqual({
    problems: [
      {
        problem:
          "dev.example.com already points to dev in eu-west-1 and cannot point to us-east-1 as well",
        fix: "add an entry to environments.ts for us-east-1, with a domain.name of its own or without a domain; or destroy dev in eu-west-1 first",
      },
    ],
  });
});

test("a record that leads nowhere leaves the name free", async () => {
  dns(LOOKED_UP);
  const note: ResourceRecordSet = { Name: "dev.example.com.", Type: "TXT" };
  expect(await domain.run(account({ records: [note] }).context)).toHaveProperty("found");
});

test("other names in the zone are ignored", async () => {
  dns(LOOKED_UP);
  const other = { ...address("elsewhere.example.net."), Name: "www.example.com." };
  expect(await domain.run(account({ records: [other] }).context)).toHaveProperty("found");
});
