import { type Named, repositoryName } from "../../../spec/names";
import type { Permission } from "../../../spec/service/permissions";
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
  /** The domain that it serves. @default none, so it writes no records */
  readonly domain?: string | undefined;
  /** Parameters and secrets that exist elsewhere, which the catalogue names. @default none */
  readonly secretArns?: readonly Arn[];
  /** IDs of the hosted zones that get records; empty for environments without a domain. */
  readonly hostedZones: readonly string[];
  /** Whether people may run commands in its tasks. @default false */
  readonly exec?: boolean;
  /** What its tasks may do at most, besides what the platform's own words need. @default nothing */
  readonly taskPermissions?: readonly Permission[];
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

/** The hosted zones with the environment's records. Other environments' may be in them too. */
export function zones({ partition, hostedZones }: Environment): Arn[] {
  return hostedZones.map((id): Arn => `arn:${partition}:route53:::hostedzone/${id}`);
}

/**
 * The records are the environment's: its domain, and the one that ACM validates the domain by. Its label
 * is an underscore and 32 characters, so no name of another length passes; of 32 it may have dots, which `?`
 * matches too.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
 */
export function areOwnRecords({ domain = "" }: Environment): Conditions {
  const validation = `_${"?".repeat(32)}.${domain}`;
  return {
    "ForAllValues:StringLike": {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, validation],
    },
  };
}

/** The existing resource has the environment's tags. */
export function isOwn(environment: Environment): Conditions {
  return { StringLike: tagged("aws:ResourceTag", environment) };
}

/**
 * The existing resource does not have another environment's tags. Unlike `isOwn`, it also covers a
 * resource that is gone: a plan must learn from AWS that it is, and not be denied.
 */
export function isNotForeign(environment: Environment): Conditions {
  return { StringLikeIfExists: tagged("aws:ResourceTag", environment) };
}

/** The request sets the environment's tags. Only for actions that create, and change nothing. */
export function becomesOwn(environment: Environment): Conditions {
  return { StringLike: tagged("aws:RequestTag", environment) };
}

/** The request sets the environment's tags, on a resource that does not have another environment's. */
export function claims(environment: Environment): Conditions {
  return { ...becomesOwn(environment), ...isNotForeign(environment) };
}

/** A tag change leaves the environment's two tags unchanged. */
export function staysOwn(environment: Environment): Conditions {
  return { ...isOwn(environment), ...asksForNoOther(environment) };
}

/** The same where AWS may not tell the existing tags: it refuses those that it does tell. */
export function staysUnclaimed(environment: Environment): Conditions {
  return {
    StringLikeIfExists: {
      ...tagged("aws:ResourceTag", environment),
      ...tagged("aws:RequestTag", environment),
    },
  };
}

function asksForNoOther(environment: Environment): Conditions {
  return { StringLikeIfExists: tagged("aws:RequestTag", environment) };
}

/** The same keys as in `environmentTags`. */
function tagged(key: string, { name, suffix }: Environment): Readonly<Record<string, string>> {
  return { [`${key}/Project`]: name, [`${key}/Environment`]: suffix };
}
