import {
  type Deployment,
  DescribeServiceRevisionsCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { replacedRevision, successfulDeployments } from "./service-deployments";

/** A revision of a service's task definition that ECS has deployed with success. */
export interface DeployedRevision {
  /** The ARN of the task definition. */
  readonly taskDefinition: string;
  /** When its last successful deployment was complete. */
  readonly deployedAt: Date | undefined;
}

/** The most service revisions that one request describes. */
const REVISIONS_AT_ONCE = 20;

/**
 * The revisions of a service that became healthy, each once, the last deployed first. ECS keeps deployments
 * for 90 days. A revision that was deployed before is known as long as tasks of it run, and as what the oldest
 * of those deployments replaced.
 *
 * @param present the deployments that ECS lists with the service
 * @throws ClusterNotFoundException, ServiceNotFoundException
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html
 */
export async function deployedRevisions(
  service: string,
  present: readonly Deployment[],
  config: Config,
  ecs: ECSClient,
): Promise<DeployedRevision[]> {
  const newestFirst = await successfulDeployments(service, config, ecs);
  const oldest = newestFirst.at(-1);
  const replaced = oldest && (await replacedRevision(oldest, ecs));
  const targets = newestFirst.flatMap(({ targetServiceRevisionArn: arn }) => arn ?? []);
  const definitions = await taskDefinitions(replaced ? [...targets, replaced] : targets, ecs);
  const listed = newestFirst.map(({ targetServiceRevisionArn: arn = "", finishedAt }) => {
    return { taskDefinition: definitions.get(arn), deployedAt: finishedAt };
  });
  const still = present
    .filter(({ rolloutState }) => rolloutState === "COMPLETED")
    .map(({ taskDefinition }) => ({ taskDefinition, deployedAt: undefined }));
  const before = { taskDefinition: definitions.get(replaced ?? ""), deployedAt: undefined };
  const found = new Map<string, DeployedRevision>();
  for (const { taskDefinition, deployedAt } of [...listed, ...still, before]) {
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
