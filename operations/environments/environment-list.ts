import { ECRClient, paginateDescribeRepositories } from "@aws-sdk/client-ecr";
import {
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ResourceGroupsTaggingAPIClient,
  type ResourceTagMapping,
  paginateGetResources,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { wordsOf } from "../target/aws-error";
import type { Config } from "../../spec/config";
import { environment, readConfig } from "../../project";
import { resourceName } from "../../spec/names";
import { PREVIEW, isPreview } from "../../spec/environment/preview-suffix";
import { EXPIRY_TAG, environmentTags } from "../../stacks/options/providers";
import { markedRepository, parseExpiry, timestamp } from "./expiry";
import { localLoadBalancerUrl } from "./address";
import { Refusal } from "../terminal/refusal";
import { Failure } from "../terminal/run";

/** Leads to where the previews are: environments.ts may give them a region of their own. */
export const PREVIEWS = { PLATFORM_SUFFIX: PREVIEW };

/** Those parts of AWS that know what is deployed. */
export interface ListClients {
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly ecr: ECRClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
}

/** One environment that is there; `--json` prints it as it is, times in UTC. */
export interface DeployedEnvironment {
  readonly suffix: string;
  /** Of those that carry tags. */
  readonly resources: number;
  /** Of its load balancer, once it has one. */
  readonly url: string | undefined;
  /** When its first repository was created. */
  readonly since: string | undefined;
  readonly expires: string | undefined;
  /** Whether `npx platform destroy-expired` would destroy it. */
  readonly expired: boolean;
}

/**
 * What is deployed where this process's variables lead: platform, account and region.
 *
 * @param variables what counts instead of this process's own
 * @throws Refusal for a mistake in the settings, Failure when AWS cannot be asked
 */
export async function readEnvironments(variables: Readonly<Record<string, string>> = {}) {
  const { config, problems } = readConfig({ ...environment, ...variables });
  if (problems.length > 0) throw new Refusal(problems.join("\n"), "Correct the above.");
  const settings = { region: config.region, maxAttempts: 3 };
  const clients: ListClients = {
    tagging: new ResourceGroupsTaggingAPIClient(settings),
    ecr: new ECRClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
  };
  try {
    return { config, clients, environments: await listEnvironments(clients, config, new Date()) };
  } catch (error) {
    throw new Failure([
      `AWS cannot be asked what is deployed: ${wordsOf(error)}`,
      "→ the caller needs tag:GetResources, ecr:DescribeRepositories and elasticloadbalancing:DescribeLoadBalancers; `npx platform doctor` says more of credentials",
    ]);
  }
}

/** What is deployed of a platform in one account and region, by its tags. */
export async function listEnvironments(
  clients: ListClients,
  config: Config,
  now: Date,
): Promise<DeployedEnvironment[]> {
  const [resources, urls, created] = await Promise.all([
    readResources(clients.tagging, config),
    readUrls(clients.loadBalancing, config),
    readCreation(clients.ecr),
  ]);
  const suffixes = new Set(resources.flatMap((resource) => tagOf(resource, "Environment") ?? []));
  return [...suffixes].sort().map((suffix) => {
    const own = resources.filter((resource) => tagOf(resource, "Environment") === suffix);
    const expiry = own.flatMap((resource) => parseExpiry(tagOf(resource, EXPIRY_TAG)) ?? [])[0];
    const names = { name: config.name, suffix };
    const since = created.get(markedRepository(names));
    return {
      suffix,
      resources: own.length,
      url: urls.get(resourceName(names)),
      since: since && timestamp(since),
      expires: expiry && timestamp(expiry),
      expired: isPreview(suffix) && isPast(expiry, now),
    };
  });
}

/** Whether an expiry is over; none never is. */
export function isPast(expiry: Date | undefined, now: Date): boolean {
  return expiry !== undefined && expiry <= now;
}

async function readResources(
  client: ResourceGroupsTaggingAPIClient,
  config: Config,
): Promise<ResourceTagMapping[]> {
  const TagFilters = [{ Key: "Project", Values: [environmentTags(config).Project] }];
  const resources: ResourceTagMapping[] = [];
  for await (const page of paginateGetResources({ client }, { TagFilters })) {
    resources.push(...(page.ResourceTagMappingList ?? []));
  }
  const arns = new Set(resources.map(({ ResourceARN }) => ResourceARN));
  return resources.filter(({ ResourceARN = "" }) => isThere(ResourceARN, arns));
}

/**
 * ECS keeps revisions that were deregistered, and services that were deleted, with their tags, after
 * all else has gone. A service that is there has a cluster.
 */
function isThere(arn: string, arns: ReadonlySet<string | undefined>): boolean {
  const cluster = arn.replace(/:service\/([^/]+)\/.*$/, ":cluster/$1");
  return !arn.includes(":task-definition/") && (cluster === arn || arns.has(cluster));
}

/** URLs by the load balancers' names. */
async function readUrls(
  client: ElasticLoadBalancingV2Client,
  { registry }: Config,
): Promise<Map<string, string>> {
  const urls = new Map<string, string>();
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
    for (const { LoadBalancerName = "", DNSName = "" } of LoadBalancers) {
      const url = registry ? localLoadBalancerUrl(registry, LoadBalancerName) : `http://${DNSName}`;
      urls.set(LoadBalancerName, url);
    }
  }
  return urls;
}

/** When each repository was created, by its name. */
async function readCreation(client: ECRClient): Promise<Map<string, Date>> {
  const created = new Map<string, Date>();
  for await (const { repositories = [] } of paginateDescribeRepositories({ client }, {})) {
    for (const { repositoryName, createdAt } of repositories) {
      if (repositoryName && createdAt) created.set(repositoryName, createdAt);
    }
  }
  return created;
}

function tagOf({ Tags = [] }: ResourceTagMapping, key: string): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}
