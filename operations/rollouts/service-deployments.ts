import {
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
} from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";

/** The most deployments that one request lists. */
const DEPLOYMENTS_AT_ONCE = 100;

/** So many requests list more deployments than anybody chooses from. */
const REQUESTS = 5;

/**
 * The last 500 deployments of a service that ECS has completed within 90 days, the last one first.
 *
 * @throws ClusterNotFoundException, ServiceNotFoundException
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html
 */
export async function successfulDeployments(
  service: string,
  config: Config,
  ecs: ECSClient,
): Promise<ServiceDeploymentBrief[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  for (let requests = 0; requests < REQUESTS; requests += 1) {
    const page = await ecs.send(
      new ListServiceDeploymentsCommand({
        cluster: resourceName(config),
        service: resourceName(config, service),
        status: ["SUCCESSFUL"],
        maxResults: DEPLOYMENTS_AT_ONCE,
        nextToken,
      }),
    );
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return found.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

/**
 * The ARN of the service revision that a deployment replaced; `undefined` if there was none, or if tasks of
 * several ran, of which one may never have been healthy.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
 */
export async function replacedRevision(
  { serviceDeploymentArn: arn }: ServiceDeploymentBrief,
  ecs: ECSClient,
): Promise<string | undefined> {
  if (arn === undefined) return undefined;
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const sources = serviceDeployments.flatMap(({ sourceServiceRevisions = [] }) =>
    sourceServiceRevisions.flatMap((source) => source.arn ?? []),
  );
  return sources.length === 1 ? sources[0] : undefined;
}
