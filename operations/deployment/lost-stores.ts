import { bucketsOf } from "../../spec/service/buckets";
import { queuesOf } from "../../spec/service/queues";
import type { Services } from "../../spec/service/spec";
import { BUCKETS, QUEUES, SENDERS } from "../../stacks/platform/owners";
import { record } from "../terraform/terraform-events";

/** A deployed queue that no service receives any more. */
export interface LostQueue {
  /** Its name in the catalogue. */
  readonly name: string;
  /** Its own URL, and that of its dead letters. */
  readonly urls: readonly string[];
  /** The services that send to it, as they are deployed. */
  readonly senders: readonly string[];
}

/** A deployed bucket that no service stores in any more. */
export interface LostBucket {
  /** Its name in the catalogue. */
  readonly name: string;
  /** Its name in S3. */
  readonly bucket: string;
}

/**
 * The queues that a deployment would delete.
 *
 * @param outputs the current outputs of the `platform` stack; empty before its first deployment
 */
export function lostQueues(
  outputs: Readonly<Record<string, unknown>>,
  services: Services,
): LostQueue[] {
  const kept = queuesOf(services);
  const senders = record(outputs[SENDERS]);
  return Object.entries(record(outputs[QUEUES]))
    .filter(([name]) => !kept.has(name))
    .map(([name, urls]) => ({ name, urls: texts(urls), senders: texts(senders[name]) }));
}

/** The buckets that a deployment would delete. */
export function lostBuckets(
  outputs: Readonly<Record<string, unknown>>,
  services: Services,
): LostBucket[] {
  const kept = bucketsOf(services);
  return Object.entries(record(outputs[BUCKETS]))
    .filter(([name]) => !kept.has(name))
    .map(([name, bucket]) => ({ name, bucket: String(bucket) }));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
