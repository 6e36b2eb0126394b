import { type ContainerDefinition, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { repositoryName } from "../../spec/names";
import { deployedRevisions } from "./deployed-revisions";
import type { JobsOf } from "./job-revisions";

/** Digests by repository: `platform-dev/web`. */
export type ImagesInUse = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The images of the environment that its services and jobs run or are about to run, as ECS and Step
 * Functions know them: of each container of each deployment and of each run to come, the platform's own
 * included. Terraform's outputs say what was planned, which a rollback changes.
 */
export async function imagesInUse(target: JobsOf): Promise<ImagesInUse> {
  const { config, clients } = target;
  const found = new Map<string, Set<string>>();
  const revisions = await deployedRevisions(target);
  for (const taskDefinition of new Set(revisions)) {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition });
    const { taskDefinition: { containerDefinitions = [] } = {} } = await clients.ecs.send(command);
    for (const { repository, digest } of containerDefinitions.flatMap(reference)) {
      // Anything else is another's.
      if (!repository.startsWith(repositoryName(config, ""))) continue;
      found.set(repository, (found.get(repository) ?? new Set<string>()).add(digest));
    }
  }
  return found;
}

/** The repository and the digest of `host/repository@sha256:…`; none for another image. */
function reference({ image = "" }: ContainerDefinition) {
  const [, repository, digest] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
  return repository !== undefined && digest !== undefined ? [{ repository, digest }] : [];
}
