import type { ITerraformDependable } from "cdktf";
import { bucketVariable, bucketsUsedBy } from "../../spec/service/buckets";
import { namesIn } from "../../spec/service/named-list";
import { queueVariable, queuesUsedBy } from "../../spec/service/queues";
import type { ServiceSpec } from "../../spec/service/spec";
import type { Bucket } from "./bucket";
import type { Queue } from "./queue";
import type { TaskPermission } from "./task-roles";

/** What services put messages and objects into, by the names in the catalogue. */
export interface Stores {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly buckets: ReadonlyMap<string, Bucket>;
}

/** What a task gets for the queues and buckets of its service. */
export interface TaskEdges {
  /** Variables with the queues' URLs and the buckets' names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly permissions: readonly TaskPermission[];
  /** Dependencies of a task. */
  readonly needed: readonly ITerraformDependable[];
}

/**
 * The actions on a bucket's objects, and on the bucket. A part of an upload needs no action of its own, and
 * who may not list gets 403 for an object that is not there.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
 */
export const OBJECT_ACTIONS: readonly string[] = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:AbortMultipartUpload",
];
export const BUCKET_ACTIONS: readonly string[] = ["s3:ListBucket"];

/** What follows from `sends`, `receives` and `stores` for the tasks of a service. */
export function edgesOf(spec: ServiceSpec, { queues, buckets }: Stores): TaskEdges {
  const own = {
    queues: queuesUsedBy(spec).map((name) => ({ name, queue: found(queues, name) })),
    buckets: bucketsUsedBy(spec).map((name) => ({ name, bucket: found(buckets, name) })),
  };
  const arns = (names: readonly string[] = []) => names.map((name) => found(queues, name).arn);
  const bucketArns = own.buckets.map(({ bucket }) => bucket.arn);
  const permissions: TaskPermission[] = [
    { sid: "SendMessages", actions: ["sqs:SendMessage"], resources: arns(spec.sends) },
    {
      sid: "ReceiveMessages",
      actions: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
      ],
      resources: arns(namesIn(spec.receives)),
    },
    { sid: "ListBuckets", actions: BUCKET_ACTIONS, resources: bucketArns },
    {
      sid: "StoreObjects",
      actions: OBJECT_ACTIONS,
      resources: bucketArns.map((arn) => `${arn}/*`),
    },
  ];
  return {
    variables: Object.fromEntries([
      ...own.queues.map(({ name, queue }) => [queueVariable(name), queue.url]),
      ...own.buckets.map(({ name, bucket }) => [bucketVariable(name), bucket.bucketName]),
    ]) as Record<string, string>,
    permissions: permissions.filter(({ resources }) => resources.length > 0),
    needed: [
      ...own.queues.flatMap(({ queue }) => queue.needed),
      ...own.buckets.flatMap(({ bucket }) => bucket.needed),
    ],
  };
}

function found<Store>(stores: ReadonlyMap<string, Store>, name: string): Store {
  const store = stores.get(name);
  // `catalogueProblems` has refused it.
  if (!store) throw new Error(`nothing in the catalogue makes ${name}`);
  return store;
}
