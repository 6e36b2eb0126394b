import type { Placed } from "../names";
import { partitionOf } from "../regions";
import {
  BUCKET_ACTIONS,
  type BucketEdges,
  OBJECT_ACTIONS,
  bucketName,
  bucketsUsedBy,
} from "./buckets";
import { namesIn } from "./named-list";
import { type GivenPermission, charactersOf } from "./permissions";
import { type QueueEdges, RECEIVER_ACTIONS, SENDER_ACTIONS, queueName } from "./queues";

/** A statement of a task role's policy, which allows the actions on the resources. */
export interface TaskStatement {
  /** Letters and digits; unique in the policy. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** The ARN of a queue or a bucket, by its name in the catalogue. */
export interface ArnsOfStores {
  readonly queue: (name: string) => string;
  readonly bucket: (name: string) => string;
}

/**
 * The characters of the policies inside a role, without white space: fixed by IAM.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const ROLE_CHARACTERS = 10_240;

/** What follows from `sends`, `receives` and `stores`: on the queues and buckets named there, and no other. */
export function storeStatements(
  spec: QueueEdges & BucketEdges,
  { queue, bucket }: ArnsOfStores,
): TaskStatement[] {
  const buckets = bucketsUsedBy(spec).map(bucket);
  const statements: TaskStatement[] = [
    { sid: "SendMessages", actions: SENDER_ACTIONS, resources: (spec.sends ?? []).map(queue) },
    {
      sid: "ReceiveMessages",
      actions: RECEIVER_ACTIONS,
      resources: namesIn(spec.receives).map(queue),
    },
    { sid: "ListBuckets", actions: BUCKET_ACTIONS, resources: buckets },
    { sid: "StoreObjects", actions: OBJECT_ACTIONS, resources: buckets.map((arn) => `${arn}/*`) },
  ];
  return statements.filter(({ resources }) => resources.length > 0);
}

/** The characters of the policy of a service's task role, where the account has this number. */
export function taskPolicyCharacters(
  spec: QueueEdges & BucketEdges & { readonly permissions?: readonly GivenPermission[] },
  place: Placed & { readonly account: string },
): number {
  const partition = partitionOf(place.region);
  const statements = storeStatements(spec, {
    queue: (name) =>
      `arn:${partition}:sqs:${place.region}:${place.account}:${queueName(place, name)}`,
    bucket: (name) => `arn:${partition}:s3:::${bucketName(place, name, place.account)}`,
  });
  const written = statements.map(({ sid, actions, resources }) => {
    return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
  });
  const policy = { Version: "2012-10-17", Statement: written };
  return JSON.stringify(policy).length + charactersOf(spec.permissions ?? []);
}
