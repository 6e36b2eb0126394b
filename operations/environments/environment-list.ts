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

/** Selects the account and region of the previews, which environments.ts can set separately. */
export const PREVIEWS = { PLATFORM_SUFFIX: PREVIEW };

/** Clients for the AWS services that list deployed environments. */
export interface ListClients {
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly ecr: ECRClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
}

/** A deployed environment; `--json` prints this object, with times in UTC. */
export interface DeployedEnvironment {
  readonly suffix: string;
  /** The number of tagged resources. */
  readonly resources: number;
  /** The URL of its load balancer, once it has one. */
  readonly url: string | undefined;
  /** When its first repository was created. */
  readonly since: string | undefined;
  readonly expires: string | undefined;
  /** Whether `npx platform destroy-expired` would destroy it. */
  readonly expired: boolean;
}

/**
 * Lists the environments in the platform, account and region that this process's variables select.
 *
 * @param variables override this process's own
 * @throws Refusal for a mistake in the settings, Failure when AWS cannot be queried
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
      `the deployed environments could not be listed: ${wordsOf(error)}`,
      "→ the caller needs tag:GetResources, ecr:DescribeRepositories and elasticloadbalancing:DescribeLoadBalancers; `npx platform doctor` checks the credentials",
    ]);
  }
}

/** Lists a platform's environments in one account and region by their tags. */
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

/** Whether an expiry has passed; `undefined` never has. */
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
 * ECS keeps deregistered revisions and deleted services with their tags after everything else is gone, and
 * KMS a deleted key until it cannot be restored any more. An existing service has a cluster.
 */
function isThere(arn: string, arns: ReadonlySet<string | undefined>): boolean {
  const cluster = arn.replace(/:service\/([^/]+)\/.*$/, ":cluster/$1");
  return !/:task-definition\/|:kms:/.test(arn) && (cluster === arn || arns.has(cluster));
}

/** URLs by load balancer name. */
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

/** Creation times by repository name. */
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
