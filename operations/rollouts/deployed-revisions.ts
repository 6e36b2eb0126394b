import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
} from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";

/** A revision of a service's task definition that ECS has deployed with success. */
export interface DeployedRevision {
  /** The ARN of the task definition. */
  readonly taskDefinition: string;
  /** When its last successful deployment was complete. */
  readonly deployedAt: Date | undefined;
}

/** The most deployments that one request lists. */
const DEPLOYMENTS = 100;

/** The most service revisions that one request describes. */
const REVISIONS_AT_ONCE = 20;

/**
 * The revisions that became healthy in the last 100 successful deployments of a service, each once, the last
 * deployed first. ECS keeps deployments for 90 days.
 *
 * @throws ClusterNotFoundException, ServiceNotFoundException
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html
 */
export async function deployedRevisions(
  service: string,
  config: Config,
  ecs: ECSClient,
): Promise<DeployedRevision[]> {
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({
      cluster: resourceName(config),
      service: resourceName(config, service),
      status: ["SUCCESSFUL"],
      maxResults: DEPLOYMENTS,
    }),
  );
  const newestFirst = [...serviceDeployments].sort(
    (a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0),
  );
  const definitions = await taskDefinitions(
    newestFirst.flatMap(({ targetServiceRevisionArn: arn }) => arn ?? []),
    ecs,
  );
  const found = new Map<string, DeployedRevision>();
  for (const { targetServiceRevisionArn: arn = "", finishedAt: deployedAt } of newestFirst) {
    const taskDefinition = definitions.get(arn);
    if (taskDefinition === undefined || found.has(taskDefinition)) continue;
    found.set(taskDefinition, { taskDefinition, deployedAt });
  }
  return [...found.values()];
}

/** The task definition of each service revision. */
async function taskDefinitions(
  arns: readonly string[],
  ecs: ECSClient,
): Promise<Map<string, string>> {
  const all = [...new Set(arns)];
  const found = new Map<string, string>();
  for (let start = 0; start < all.length; start += REVISIONS_AT_ONCE) {
    const serviceRevisionArns = all.slice(start, start + REVISIONS_AT_ONCE);
    const { serviceRevisions = [] } = await ecs.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns }),
    );
    for (const { serviceRevisionArn, taskDefinition } of serviceRevisions) {
      if (serviceRevisionArn && taskDefinition) found.set(serviceRevisionArn, taskDefinition);
    }
  }
  return found;
}
