import { type Named, repositoryName } from "../../../spec/names";
import type { Partition } from "../../../spec/regions";
import type { Arn, Conditions } from "./grant";

/** What a role may deploy: one environment, or a family of them whose suffix has a wildcard, `pr-*`. */
export interface Environment extends Named {
  /** Its name on GitHub: `dev`, `preview`. */
  readonly github: string;
  readonly partition: Partition;
  readonly region: string;
  /** 12 digits */
  readonly account: string;
  /** The bucket of Terraform's states. */
  readonly stateBucket: string;
  /** Where its images come from, if it does not build them. */
  readonly promotesFrom: Source | undefined;
  /** Ids of the hosted zones that get records; none for environments without a domain. */
  readonly hostedZones: readonly string[];
}

/** An environment in the same region whose images another one runs. */
export interface Source {
  readonly suffix: string;
  /** 12 digits */
  readonly account: string;
}

/** The ARN of something in the environment's region. */
export function arn(environment: Environment, service: string, resource: string): Arn {
  const { partition, region, account } = environment;
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** The ARN of something that has no region: roles and policies. */
export function iamArn({ partition, account }: Environment, resource: string): Arn {
  return `arn:${partition}:iam::${account}:${resource}`;
}

/** The repositories of an environment's images. */
export function repositories(environment: Environment): Arn[] {
  return [arn(environment, "ecr", `repository/${repositoryName(environment, "*")}`)];
}

/** The bucket of the states, without what is in it. */
export function bucketArn({ partition, stateBucket }: Environment): Arn {
  return `arn:${partition}:s3:::${stateBucket}`;
}

/** The hosted zones that records may be written to. */
export function zones({ partition, hostedZones }: Environment): Arn[] {
  return hostedZones.map((id): Arn => `arn:${partition}:route53:::hostedzone/${id}`);
}

/** What is there already carries the environment's tags. */
export function isOwn(environment: Environment): Conditions {
  return { StringLike: tagged("aws:ResourceTag", environment) };
}

/** What is asked for gets the environment's tags. */
export function becomesOwn(environment: Environment): Conditions {
  return { StringLike: tagged("aws:RequestTag", environment) };
}

/** A change of tags leaves those two as they are. */
export function staysOwn(environment: Environment): Conditions {
  return { ...isOwn(environment), ...asksForNoOther(environment) };
}

/** The same where AWS does not look at the tags that are there. */
export function asksForNoOther(environment: Environment): Conditions {
  return { StringLikeIfExists: tagged("aws:RequestTag", environment) };
}

/** The keys are those of `environmentTags`. */
function tagged(key: string, { name, suffix }: Environment): Readonly<Record<string, string>> {
  return { [`${key}/Project`]: name, [`${key}/Environment`]: suffix };
}
