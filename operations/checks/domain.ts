import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type RRType,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import type { Config } from "../../spec/config";
import type { Domain } from "../../spec/environment/domain";
import { resourceName } from "../../spec/names";
import { type Check, type Problem, resultOf } from "./check";
import { type Delegation, delegationOf } from "./delegation";

/** Address records. A name that already has one leaves no room for Terraform's own. */
const LEADING: readonly RRType[] = ["A", "AAAA", "CNAME"];

/** Checks that the hosted zone exists, the domain is delegated to it, and the name is free. */
export const domain: Check = {
  title: "Domain",
  run: async ({ clients: { route53 }, config }) => {
    if (!config.domain) return { found: "none; the load balancer serves plain HTTP" };
    const { name, hostedZone } = config.domain;
    const [zone, ...others] = await publicZones(route53, hostedZone);
    if (zone === undefined) return { problems: [missing(config.domain)] };
    if (others.length > 0) return { problems: [ambiguous(hostedZone, [zone, ...others])] };

    const [ofZone, ofName] = await Promise.all([
      recordsOf(route53, zone, hostedZone),
      recordsOf(route53, zone, name),
    ]);
    const delegation: Delegation = await delegationOf(config.domain, serversIn(ofZone));
    const taken = ofName.filter((record) => isForeign(record, config));
    const problems = [
      ...("problem" in delegation ? [delegation.problem] : []),
      ...taken.map((record) => elsewhere(record, config, name) ?? takenBy(record, name)),
    ];
    const note = "note" in delegation ? `; ${delegation.note}` : "";
    return resultOf(`${name} in the hosted zone ${hostedZone}${note}`, problems);
  },
};

/** The IDs of the zones with exactly this name; several zones can share one. */
async function publicZones(client: Route53Client, name: string): Promise<string[]> {
  const { HostedZones = [] } = await client.send(
    new ListHostedZonesByNameCommand({ DNSName: name }),
  );
  return HostedZones.filter(({ Name, Config }) => Name === `${name}.` && !Config?.PrivateZone).map(
    ({ Id = "" }) => Id,
  );
}

async function recordsOf(
  client: Route53Client,
  zone: string,
  name: string,
): Promise<ResourceRecordSet[]> {
  const { ResourceRecordSets = [] } = await client.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: name }),
  );
  return ResourceRecordSets.filter(({ Name }) => Name === `${name}.`);
}

function serversIn(records: readonly ResourceRecordSet[]): string[] {
  const servers = records.filter(({ Type }) => Type === "NS");
  return servers.flatMap(({ ResourceRecords = [] }) =>
    ResourceRecords.map(({ Value = "" }) => Value),
  );
}

/** Whether the record points to anything but this environment's load balancer in its region. */
function isForeign(record: ResourceRecordSet, config: Config): boolean {
  const { Type } = record;
  return Type !== undefined && LEADING.includes(Type) && regionOf(record, config) !== config.region;
}

/** The region of this environment's load balancer, read from its DNS name. */
function regionOf({ AliasTarget }: ResourceRecordSet, config: Config): string | undefined {
  const own = new RegExp(
    `^(?:dualstack\\.)?${resourceName(config)}-[0-9a-z]+\\.([a-z0-9-]+)\\.elb\\.`,
  );
  return own.exec(AliasTarget?.DNSName ?? "")?.[1];
}

/** A host name points to one region: a second deployment would fail at its record or take it over. */
function elsewhere(record: ResourceRecordSet, config: Config, name: string): Problem | undefined {
  const region = regionOf(record, config);
  if (region === undefined) return undefined;
  return {
    problem: `${name} already points to ${config.suffix} in ${region} and cannot point to ${config.region} as well`,
    fix: `add an entry to environments.ts for ${config.region}, with a domain.name of its own or without a domain; or destroy ${config.suffix} in ${region} first`,
  };
}

function missing({ name, hostedZone }: Domain): Problem {
  return {
    problem: `the account has no public hosted zone ${hostedZone} for ${name}`,
    fix: "in environments.ts set a hostedZone that the account has (aws route53 list-hosted-zones), or use credentials for the account that owns it",
  };
}

function ambiguous(hostedZone: string, zones: readonly string[]): Problem {
  return {
    problem: `the account has ${zones.length} public hosted zones named ${hostedZone}: ${zones.join(", ")}`,
    fix: "delete those whose name servers are not set at the domain's registrar",
  };
}

function takenBy({ Type, AliasTarget, ResourceRecords = [] }: ResourceRecordSet, name: string) {
  const target = AliasTarget?.DNSName ?? ResourceRecords.map(({ Value = "" }) => Value).join(", ");
  return {
    problem: `${name} already points elsewhere: record ${Type} (${target})`,
    fix: "set a free domain.name in environments.ts, or delete that record if it is no longer needed",
  };
}
