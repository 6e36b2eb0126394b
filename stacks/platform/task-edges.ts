import type { ITerraformDependable } from "cdktf";
import { bucketVariable, bucketsUsedBy } from "../../spec/service/buckets";
import { queueVariable, queuesUsedBy } from "../../spec/service/queues";
import type { ServiceSpec } from "../../spec/service/spec";
import { type TaskStatement, storeStatements } from "../../spec/service/task-statements";
import type { Bucket } from "./bucket";
import type { Queue } from "./queue";

/** What services put messages and objects into, by the names in the catalogue. */
export interface Stores {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly buckets: ReadonlyMap<string, Bucket>;
}

/** What a task gets for the queues and buckets of its service. */
export interface TaskEdges {
  /** Variables with the queues' URLs and the buckets' names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly permissions: readonly TaskStatement[];
  /** Dependencies of a task. */
  readonly needed: readonly ITerraformDependable[];
}

/** What follows from `sends`, `receives` and `stores` for the tasks of a service. */
export function edgesOf(spec: ServiceSpec, { queues, buckets }: Stores): TaskEdges {
  const own = {
    queues: queuesUsedBy(spec).map((name) => ({ name, queue: found(queues, name) })),
    buckets: bucketsUsedBy(spec).map((name) => ({ name, bucket: found(buckets, name) })),
  };
  return {
    variables: Object.fromEntries([
      ...own.queues.map(({ name, queue }) => [queueVariable(name), queue.url]),
      ...own.buckets.map(({ name, bucket }) => [bucketVariable(name), bucket.bucketName]),
    ]) as Record<string, string>,
    permissions: storeStatements(spec, {
      queue: (name) => found(queues, name).arn,
      bucket: (name) => found(buckets, name).arn,
    }),
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
