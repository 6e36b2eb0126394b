import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import type { Config } from "../../spec/config";
import { repositoryName, resourceName } from "../../spec/names";
import { deployedRevisions } from "./deployed-revisions";

/** Digests by repository: `platform-dev/web`. */
export type ImagesInUse = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The images of the environment that its services run or are about to run, as ECS knows them: of each
 * container of each deployment, the platform's own included. Terraform's outputs say what was planned,
 * which a rollback changes.
 */
export async function imagesInUse(ecs: ECSClient, config: Config): Promise<ImagesInUse> {
  const found = new Map<string, Set<string>>();
  const revisions = await deployedRevisions(ecs, resourceName(config));
  for (const taskDefinition of new Set(revisions)) {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition });
    const { taskDefinition: { containerDefinitions = [] } = {} } = await ecs.send(command);
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
