import {
  DescribeAddressesCommand,
  type EC2Client,
  type Tag,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import type { Config } from "../../spec/config";
import { environmentTags } from "../../stacks/options/providers";
import { type Check, type Problem, resultOf } from "./check";
import { type ServiceQuota, increaseCommand, readLimit } from "./service-quota";

/** A resource that AWS limits in number per region. */
interface Quota extends ServiceQuota {
  readonly title: string;
  /** The tags of each existing one. */
  readonly list: (ec2: EC2Client) => Promise<Tag[][]>;
  readonly wanted: (config: Config) => number;
  readonly wantedFor: (config: Config) => string;
  /** How to need fewer. */
  readonly fewer: (config: Config) => string;
}

export const elasticIps = quotaCheck({
  title: "Elastic IPs",
  serviceCode: "ec2",
  quotaCode: "L-0263D0A3",
  awsDefault: 5,
  list: async (ec2) => {
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
    return Addresses.map(({ Tags = [] }) => Tags);
  },
  wanted: natGateways,
  wantedFor: (config) => {
    const gateways = natGateways(config);
    return gateways === 1 ? "1 NAT gateway needs" : `${gateways} NAT gateways need`;
  },
  fewer: ({ natGateways }) =>
    natGateways === "shared"
      ? "release an unused one"
      : 'set natGateways: "shared" in environments.ts to need only one, release an unused one',
});

export const vpcs = quotaCheck({
  title: "VPCs",
  serviceCode: "vpc",
  quotaCode: "L-F678F1CE",
  awsDefault: 5,
  list: async (client) => {
    const tags: Tag[][] = [];
    for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, {})) {
      tags.push(...Vpcs.map(({ Tags = [] }) => Tags));
    }
    return tags;
  },
  wanted: () => 1,
  wantedFor: () => "the platform needs",
  fewer: () => "delete an unused one, set PLATFORM_REGION to another region",
});

/** Checks that the resources still missing from this environment fit within the account's quota. */
function quotaCheck(quota: Quota): Check {
  const { title } = quota;
  return {
    title,
    run: async ({ clients, config }) => {
      const [present, { limit, source }] = await Promise.all([
        quota.list(clients.ec2),
        readLimit(clients.quotas, quota),
      ]);
      const own = present.filter((tags) => isOwn(tags, config)).length;
      const missing = Math.max(0, quota.wanted(config) - own);
      const use = `${present.length} of ${limit} ${title} are in use`;
      const want = `${quota.wantedFor(config)} ${missing} more`;
      const problems: Problem[] = [];
      if (present.length + missing > limit) {
        const increase = increaseCommand(quota, present.length + missing, config);
        const fix = `${quota.fewer(config)}, or request an increase: ${increase}`;
        problems.push({ problem: `${use} and ${want}${source}`, fix });
      }
      return resultOf(`${use}, ${missing === 0 ? "none is missing" : want}${source}`, problems);
    },
  };
}

function natGateways({ natGateways, availabilityZones }: Config): number {
  return natGateways === "shared" ? 1 : availabilityZones;
}

function isOwn(tags: readonly Tag[], config: Config): boolean {
  return Object.entries(environmentTags(config)).every(([key, value]) =>
    tags.some((tag) => tag.Key === key && tag.Value === value),
  );
}
