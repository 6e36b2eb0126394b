import { DescribeServicesCommand, type ECSClient, paginateListServices } from "@aws-sdk/client-ecs";
import { resourceName } from "../../spec/names";
import { hasName } from "../target/aws-error";
import { type JobsOf, jobRevisions } from "./job-revisions";

/** The maximum number of services per ECS request. */
const SERVICES_AT_ONCE = 10;

/**
 * The ARNs of the revisions that an environment runs or may start: those in the deployments of its ECS
 * services, including those for a rollback, and those of its jobs.
 */
export async function deployedRevisions(target: JobsOf): Promise<string[]> {
  const { config, clients } = target;
  const ofServices = await serviceRevisions(clients.ecs, resourceName(config));
  return [...ofServices, ...(await jobRevisions(target))];
}

/** None if there is no such cluster. */
async function serviceRevisions(client: ECSClient, cluster: string): Promise<string[]> {
  const revisions: string[] = [];
  try {
    const pages = paginateListServices({ client, pageSize: SERVICES_AT_ONCE }, { cluster });
    for await (const { serviceArns = [] } of pages) {
      if (serviceArns.length === 0) continue;
      const command = new DescribeServicesCommand({ cluster, services: serviceArns });
      const { services = [] } = await client.send(command);
      for (const { taskDefinition, deployments = [] } of services) {
        const named = [taskDefinition, ...deployments.map((each) => each.taskDefinition)];
        revisions.push(...named.filter((arn) => arn !== undefined));
      }
    }
  } catch (error) {
    // The cluster is destroyed, so nothing runs a revision.
    if (!hasName(error, "ClusterNotFoundException")) throw error;
  }
  return revisions;
}
