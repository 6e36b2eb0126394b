import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListTaskDefinitionFamilies,
  paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import { wordsOf } from "../target/aws-error";
import { deployedRevisions } from "../images/deployed-revisions";
import type { JobsOf } from "../images/job-revisions";
import type { Config } from "../../spec/config";
import { environmentTags } from "../../stacks/options/providers";
import type { Phase } from "../terminal/phases";
import type { Target } from "../target/target";
import { record } from "../terraform/terraform-events";
import { readState } from "../terraform/terraform-stack";

/**
 * Deregisters the revisions that the environment no longer runs. Terraform leaves them ACTIVE
 * (`skip_destroy`), because it would deregister the serving revision before the new one is healthy, and
 * ECS rolls back only to an ACTIVE revision. A failed clean-up is reported but does not fail the
 * deployment: the next one finishes it.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
 */
export function revisionsPhase(target: Target): Phase {
  return {
    title: "Task definitions",
    run: async (report) => {
      const kept = revisionsIn(await readState("platform", { ...target, report }));
      try {
        const count = await deregisterUnused(target, kept);
        return count === 0 ? "no unused revisions" : `${count} unused deregistered`;
      } catch (error) {
        return `unused revisions are left for the next deployment: ${wordsOf(error)}`;
      }
    },
  };
}

/** The ARNs of the revisions in a stack's state. */
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
 * Deregisters each ACTIVE revision of the environment that is neither kept nor part of a service's
 * deployment, and that no run of a job may start.
 *
 * @returns the number of deregistered revisions
 */
export async function deregisterUnused(target: JobsOf, kept: readonly string[]): Promise<number> {
  const { config, clients } = target;
  const { ecs } = clients;
  const used = new Set([...kept, ...(await deployedRevisions(target))]);
  const active = await activeRevisions(ecs, config);
  let count = 0;
  for (const taskDefinition of active.filter((arn) => !used.has(arn))) {
    if (!(await isOwn(ecs, taskDefinition, config))) continue;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    count += 1;
  }
  return count;
}

async function activeRevisions(client: ECSClient, { name, suffix }: Config): Promise<string[]> {
  const revisions: string[] = [];
  const wanted = { familyPrefix: `${name}-`, status: "ACTIVE" } as const;
  for await (const page of paginateListTaskDefinitionFamilies({ client }, wanted)) {
    const families = (page.families ?? []).filter((family) => family.endsWith(`-${suffix}`));
    for (const familyPrefix of families) {
      // In this API alone, the prefix is a full family name.
      const pages = paginateListTaskDefinitions({ client }, { familyPrefix, status: "ACTIVE" });
      for await (const { taskDefinitionArns = [] } of pages) revisions.push(...taskDefinitionArns);
    }
  }
  return revisions;
}

/** The name of another environment's family may have the same ending. */
async function isOwn(ecs: ECSClient, taskDefinition: string, config: Config): Promise<boolean> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] });
  const { tags = [] } = await ecs.send(command);
  return Object.entries(environmentTags(config)).every(([key, value]) =>
    tags.some((tag) => tag.key === key && tag.value === value),
  );
}
