import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListServices,
  paginateListTaskDefinitionFamilies,
  paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import { hasName, wordsOf } from "../target/aws-error";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { environmentTags } from "../../stacks/options/providers";
import type { Phase } from "../terminal/phases";
import type { Target } from "../target/target";
import { record } from "../terraform/terraform-events";
import { readState } from "../terraform/terraform-stack";

/** The most services that ECS describes at once. */
const SERVICES_AT_ONCE = 10;

/**
 * Deregisters the revisions that nothing of the environment runs any more. Terraform leaves them
 * ACTIVE (`skip_destroy`), because it would deregister the one that serves before the new one is
 * healthy, and ECS rolls back to no other than an ACTIVE revision. A clean-up that fails is told and
 * is no failure: the next one takes what is left.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
 */
export function revisionsPhase(target: Target): Phase {
  const { config, clients } = target;
  return {
    title: "Task definitions",
    run: async (report) => {
      const kept = revisionsIn(await readState("platform", { ...target, report }));
      try {
        const count = await deregisterUnused(clients.ecs, config, kept);
        return count === 0 ? "none is out of use" : `${count} out of use deregistered`;
      } catch (error) {
        return `those out of use are left to the next time: ${wordsOf(error)}`;
      }
    },
  };
}

/** The ARNs of the revisions that a stack's state knows. */
export function revisionsIn(state: unknown): string[] {
  const { resources } = record(state);
  if (!Array.isArray(resources)) return [];
  return resources
    .map(record)
    .filter(({ mode, type }) => mode === "managed" && type === "aws_ecs_task_definition")
    .flatMap(({ instances }) => (Array.isArray(instances) ? instances.map(record) : []))
    .map(({ attributes }) => String(record(attributes)["arn"]));
}

/**
 * Deregisters each ACTIVE revision of the environment that is neither kept nor that of a service's
 * deployment.
 *
 * @returns how many
 */
export async function deregisterUnused(
  ecs: ECSClient,
  config: Config,
  kept: readonly string[],
): Promise<number> {
  const used = new Set([...kept, ...(await deployedRevisions(ecs, resourceName(config)))]);
  const active = await activeRevisions(ecs, config);
  let count = 0;
  for (const taskDefinition of active.filter((arn) => !used.has(arn))) {
    if (!(await isOwn(ecs, taskDefinition, config))) continue;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    count += 1;
  }
  return count;
}

/** What the deployments of a cluster's services run, the one that would be rolled back to included. */
async function deployedRevisions(client: ECSClient, cluster: string): Promise<string[]> {
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
    // It has been destroyed, and with it all that could run one.
    if (!hasName(error, "ClusterNotFoundException")) throw error;
  }
  return revisions;
}

async function activeRevisions(client: ECSClient, { name, suffix }: Config): Promise<string[]> {
  const revisions: string[] = [];
  const wanted = { familyPrefix: `${name}-`, status: "ACTIVE" } as const;
  for await (const page of paginateListTaskDefinitionFamilies({ client }, wanted)) {
    const families = (page.families ?? []).filter((family) => family.endsWith(`-${suffix}`));
    for (const familyPrefix of families) {
      // Of this API alone the prefix is a whole family.
      const pages = paginateListTaskDefinitions({ client }, { familyPrefix, status: "ACTIVE" });
      for await (const { taskDefinitionArns = [] } of pages) revisions.push(...taskDefinitionArns);
    }
  }
  return revisions;
}

/** Another environment's family may have a name that ends alike. */
async function isOwn(ecs: ECSClient, taskDefinition: string, config: Config): Promise<boolean> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] });
  const { tags = [] } = await ecs.send(command);
  return Object.entries(environmentTags(config)).every(([key, value]) =>
    tags.some((tag) => tag.key === key && tag.value === value),
  );
}
