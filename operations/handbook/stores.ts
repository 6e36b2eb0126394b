import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { bucketName, bucketsOf, bucketsUsedBy } from "../../spec/service/buckets";
import { databaseOwners } from "../../spec/service/database-name";
import { namesIn } from "../../spec/service/named-list";
import { RETENTION_DAYS, deadLettersName, queueName, queuesOf } from "../../spec/service/queues";
import type { Services } from "../../spec/service/spec";
import { type Resource, blocks, ofType } from "../cost/resources";
import { clusterNames } from "../restoration/cluster-names";
import { record } from "../terraform/terraform-events";
import type { ServiceSources } from "./services";

/** A queue with its dead letters. */
export interface QueueEntry {
  readonly name: string;
  /** Their names in SQS. */
  readonly queue: string;
  readonly deadLetters: string;
  readonly senders: readonly string[];
  readonly receiver: string;
  readonly workSeconds: number;
  readonly attempts: number;
  readonly retentionDays: typeof RETENTION_DAYS;
  /** As SQS counts them; `undefined` if AWS did not say. */
  readonly now: { readonly waiting: number; readonly deadLetters: number } | undefined;
}

/** A bucket, and the services that read and write it. */
export interface BucketEntry {
  readonly name: string;
  /** Its name in S3; with `ACCOUNT` as long as the account is not known. */
  readonly bucket: string;
  readonly users: readonly string[];
  readonly versioned: boolean;
}

/** The Aurora cluster with the databases of the services. */
export interface DatabaseEntry {
  readonly cluster: string;
  /** What a restore leaves of the cluster before it, until that is discarded. */
  readonly replaced: string;
  readonly instances: readonly string[];
  /** The range in which each instance scales, in ACU. */
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly backupDays: number;
  readonly deletionProtection: boolean;
  /** Each database with the service that owns it. */
  readonly databases: ReadonlyMap<string, string>;
}

/** The queues of the catalogue. */
export function queueEntries({ config, services, running }: ServiceSources): QueueEntry[] {
  return [...queuesOf(services)].map(([name, { workSeconds, attempts }]) => {
    const [receiver = ""] = users(services, ({ receives }) => namesIn(receives).includes(name));
    return {
      name,
      queue: queueName(config, name),
      deadLetters: deadLettersName(config, name),
      senders: users(services, ({ sends = [] }) => sends.includes(name)),
      receiver,
      workSeconds,
      attempts,
      retentionDays: RETENTION_DAYS,
      now: running.entries.get(receiver)?.queues.find((queue) => queue.name === name),
    };
  });
}

/** The buckets of the catalogue. */
export function bucketEntries({ config, services, running }: ServiceSources): BucketEntry[] {
  return [...bucketsOf(services)].map(([name, { versioned }]) => ({
    name,
    bucket: bucketName(config, name, running.account ?? "ACCOUNT"),
    users: users(services, (spec) => bucketsUsedBy(spec).includes(name)),
    versioned,
  }));
}

/** The database of the stacks; `undefined` if no service has one. */
export function databaseEntry(
  config: Config,
  services: Services,
  resources: readonly Resource[],
): DatabaseEntry | undefined {
  const cluster = ofType(resources, "aws_rds_cluster").find(
    ({ values }) => values["cluster_identifier"] === resourceName(config),
  );
  if (!cluster) return undefined;
  const { values } = cluster;
  const capacity = record(blocks(values, "serverlessv2_scaling_configuration")[0]);
  return {
    cluster: String(values["cluster_identifier"]),
    replaced: clusterNames(config).replaced,
    instances: ofType(resources, "aws_rds_cluster_instance").map((instance) =>
      String(instance.values["identifier"]),
    ),
    minCapacity: Number(capacity["min_capacity"]),
    maxCapacity: Number(capacity["max_capacity"]),
    backupDays: Number(values["backup_retention_period"]),
    deletionProtection: values["deletion_protection"] === true,
    databases: databaseOwners(services),
  };
}

function users(services: Services, uses: (spec: Services[string]) => boolean): string[] {
  return Object.entries(services).flatMap(([name, spec]) => (uses(spec) ? [name] : []));
}
