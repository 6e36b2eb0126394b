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

/** The parts of an environment that identify its expiry. */
type Environment = Pick<Config, "name" | "suffix">;

/**
 * The repository that carries the expiry. Every environment has it, and it is among the first resources
 * created and the last destroyed, so that nothing is left without an expiry when a deployment or a
 * destruction stops halfway.
 */
export function markedRepository(environment: Environment): string {
  return repositoryName(environment, DATABASE_SETUP);
}

/**
 * Sets the environment's expiry to its `lifetimeHours` from now, or removes the expiry if it has none.
 *
 * @returns the expiry as text
 * @throws Failure when ECR refuses: without an expiry a preview would cost money forever
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
      `the expiry of ${resourceName(config)} could not be set: ${wordsOf(error)}`,
      "→ allow the caller ecr:DescribeRepositories, ecr:TagResource and ecr:UntagResource, and deploy again",
    ]);
  }
}

/** Reads the environment's current expiry from ECR; `undefined` for never. */
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

/** Whether the environment exists, judged by the repository that is created first and destroyed last. */
export async function hasRepository(ecr: ECRClient, environment: Environment): Promise<boolean> {
  try {
    return (await repositoryArn(ecr, environment)) !== "";
  } catch (error) {
    if (hasName(error, "RepositoryNotFoundException")) return false;
    throw error;
  }
}

/** Parses the tag of an expiry. An invalid time, such as one edited by hand, counts as none. */
export function parseExpiry(value: string | undefined): Date | undefined {
  const time = new Date(value ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** `2026-11-27T06:00:00Z`, the shortest format that a tag accepts. */
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
