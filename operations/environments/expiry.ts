import {
  DescribeRepositoriesCommand,
  type ECRClient,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr";
import { hasName, wordsOf } from "../target/aws-error";
import type { Config } from "../../spec/config";
import { DATABASE_SETUP } from "../../spec/images";
import { repositoryName, resourceName } from "../../spec/names";
import { EXPIRY_TAG } from "../../stacks/options/providers";
import { Failure } from "../terminal/run";

/** The parts of an environment that an expiry is found by. */
type Environment = Pick<Config, "name" | "suffix">;

/**
 * The repository that carries the expiry: each environment has it, it is among the first things that
 * are created and the last that are destroyed, so that a deployment or a destruction that ended
 * half-way leaves nothing without one.
 */
export function markedRepository(environment: Environment): string {
  return repositoryName(environment, DATABASE_SETUP);
}

/**
 * Has the environment live for its `lifetimeHours` from now, or for ever where it has none.
 *
 * @returns until when, in words
 * @throws Failure when ECR does not let it: without an expiry a preview would cost money for ever
 */
export async function prolong(
  ecr: ECRClient,
  config: Environment & Pick<Config, "lifetimeHours">,
  now: Date,
): Promise<string> {
  const { lifetimeHours } = config;
  try {
    const resourceArn = await repositoryArn(ecr, config);
    if (lifetimeHours === undefined) {
      await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: [EXPIRY_TAG] }));
      return "never";
    }
    const value = timestamp(new Date(now.getTime() + lifetimeHours * 3_600_000));
    const tags = [{ Key: EXPIRY_TAG, Value: value }];
    await ecr.send(new TagResourceCommand({ resourceArn, tags }));
    return value;
  } catch (error) {
    throw new Failure([
      `${resourceName(config)} could not be given its expiry: ${wordsOf(error)}`,
      "→ allow the caller ecr:DescribeRepositories, ecr:TagResource and ecr:UntagResource, and deploy again",
    ]);
  }
}

/** When the environment may be destroyed, as ECR knows it now; `undefined` for never. */
export async function readExpiry(
  ecr: ECRClient,
  environment: Environment,
): Promise<Date | undefined> {
  try {
    const resourceArn = await repositoryArn(ecr, environment);
    const { tags = [] } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    return parseExpiry(tags.find(({ Key }) => Key === EXPIRY_TAG)?.Value);
  } catch (error) {
    if (hasName(error, "RepositoryNotFoundException")) return undefined;
    throw error;
  }
}

/** Whether the environment is there, as far as its first part is: created first, destroyed last. */
export async function hasRepository(ecr: ECRClient, environment: Environment): Promise<boolean> {
  try {
    return (await repositoryArn(ecr, environment)) !== "";
  } catch (error) {
    if (hasName(error, "RepositoryNotFoundException")) return false;
    throw error;
  }
}

/** The time of an expiry's tag. One that is no time, say edited by hand, counts as none. */
export function parseExpiry(value: string | undefined): Date | undefined {
  const time = new Date(value ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** `2026-11-27T06:00:00Z`: a tag takes no other way to write a time that is as short. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

async function repositoryArn(ecr: ECRClient, environment: Environment): Promise<string> {
  const repositoryNames = [markedRepository(environment)];
  const { repositories = [] } = await ecr.send(
    new DescribeRepositoriesCommand({ repositoryNames }),
  );
  return repositories[0]?.repositoryArn ?? "";
}
