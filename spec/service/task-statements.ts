import { type Placed, logGroupPrefix } from "../names";
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
import { sidecarsOf } from "./sidecars";
import type { ServiceSpec } from "./spec";

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

/** What the agent of ECS Exec in a container asks Systems Manager for, with the task role. */
export const CHANNEL_ACTIONS = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
] as const;

/** What it asks of the log group that a session is written to. */
export const SESSION_LOG_ACTIONS = [
  "logs:CreateLogStream",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
] as const;

/**
 * What a task role needs for ECS Exec. The channels, and the list of log groups, cannot be restricted to a
 * resource. A session is written to the log of its container, which is ECS's default: a cluster could name a
 * log group for all of them, but Terraform's provider cannot take that setting away again.
 *
 * @param logGroups ARNs of the log groups of the containers that can be entered
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-required-iam-permissions
 */
export function sessionStatements(logGroups: readonly string[]): TaskStatement[] {
  return [
    { sid: "OpenSession", actions: CHANNEL_ACTIONS, resources: ["*"] },
    { sid: "FindLog", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
    { sid: "LogSession", actions: SESSION_LOG_ACTIONS, resources: logGroups },
  ];
}

/** The characters of the policy of a service's task role, where the account has this number. */
export function taskPolicyCharacters(
  service: string,
  spec: QueueEdges &
    BucketEdges & {
      readonly permissions?: readonly GivenPermission[];
      readonly schedule?: unknown;
    } & Pick<ServiceSpec, "sidecars">,
  place: Placed & { readonly account: string; readonly exec: boolean },
): number {
  const partition = partitionOf(place.region);
  const log = `arn:${partition}:logs:${place.region}:${place.account}:log-group:${logGroupPrefix(place)}`;
  const logged = [service, ...sidecarsOf(service, spec).map(({ image }) => image)];
  const statements = storeStatements(spec, {
    queue: (name) =>
      `arn:${partition}:sqs:${place.region}:${place.account}:${queueName(place, name)}`,
    bucket: (name) => `arn:${partition}:s3:::${bucketName(place, name, place.account)}`,
  });
  const sessions =
    place.exec && spec.schedule === undefined
      ? sessionStatements(logged.map((name) => `${log}${name}:*`))
      : [];
  const written = [...statements, ...sessions].map(({ sid, actions, resources }) => {
    return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
  });
  const policy = { Version: "2012-10-17", Statement: written };
  return JSON.stringify(policy).length + charactersOf(spec.permissions ?? []);
}
