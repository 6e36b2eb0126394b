import { type Named, repositoryName } from "../../../spec/names";
import type { Partition } from "../../../spec/regions";
import type { Arn, Conditions } from "./grant";

/** The scope of a role: one environment, or a group whose suffix has a wildcard, `pr-*`. */
export interface Environment extends Named {
  /** Its name on GitHub: `dev`, `preview`. */
  readonly github: string;
  readonly partition: Partition;
  readonly region: string;
  /** 12 digits */
  readonly account: string;
  /** The bucket with Terraform's states. */
  readonly stateBucket: string;
  /** The source of its images, if it does not build them. */
  readonly promotesFrom: Source | undefined;
  /** IDs of the hosted zones that get records; empty for environments without a domain. */
  readonly hostedZones: readonly string[];
}

/** An environment in the same region whose images another environment runs. */
export interface Source {
  readonly suffix: string;
  /** 12 digits */
  readonly account: string;
}

/** The ARN of a resource in the environment's region. */
export function arn(environment: Environment, service: string, resource: string): Arn {
  const { partition, region, account } = environment;
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** The ARN of a role or policy, which has no region. */
export function iamArn({ partition, account }: Environment, resource: string): Arn {
  return `arn:${partition}:iam::${account}:${resource}`;
}

/** The repositories of an environment's images. */
export function repositories(environment: Environment): Arn[] {
  return [arn(environment, "ecr", `repository/${repositoryName(environment, "*")}`)];
}

/** The state bucket, without its objects. */
export function bucketArn({ partition, stateBucket }: Environment): Arn {
  return `arn:${partition}:s3:::${stateBucket}`;
}

/** The hosted zones in which records may be written. */
export function zones({ partition, hostedZones }: Environment): Arn[] {
  return hostedZones.map((id): Arn => `arn:${partition}:route53:::hostedzone/${id}`);
}

/** The existing resource has the environment's tags. */
export function isOwn(environment: Environment): Conditions {
  return { StringLike: tagged("aws:ResourceTag", environment) };
}

/** The request sets the environment's tags. */
export function becomesOwn(environment: Environment): Conditions {
  return { StringLike: tagged("aws:RequestTag", environment) };
}

/** A tag change leaves the environment's two tags unchanged. */
export function staysOwn(environment: Environment): Conditions {
  return { ...isOwn(environment), ...asksForNoOther(environment) };
}

/** The same for actions where AWS does not check existing tags. */
export function asksForNoOther(environment: Environment): Conditions {
  return { StringLikeIfExists: tagged("aws:RequestTag", environment) };
}

/** The same keys as in `environmentTags`. */
function tagged(key: string, { name, suffix }: Environment): Readonly<Record<string, string>> {
  return { [`${key}/Project`]: name, [`${key}/Environment`]: suffix };
}
