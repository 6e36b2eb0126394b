import * as z from "zod/mini";
import { type Placed, globalName } from "../names";
import { entry, rule } from "../schema";
import { type NamedList, namedList, namesIn, valuesIn } from "./named-list";

/** What a bucket keeps. */
export interface BucketChoice {
  /**
   * Keeps what is overwritten or deleted, as older versions of the object, until the bucket itself goes.
   * @default false
   */
  readonly versioned?: boolean;
}

/** The word that draws a line between a service and a bucket. */
export interface BucketEdges {
  /**
   * Buckets whose objects it reads, writes, deletes and lists. It gets `<BUCKET>_BUCKET`, the bucket's name,
   * for each. Several services may store in one bucket; a setting that only one of them makes counts for all.
   */
  readonly stores?: NamedList<BucketChoice>;
}

const DEFAULT_BUCKET = { versioned: false } as const satisfies BucketChoice;

/**
 * The longest name of a bucket in the catalogue. In S3 it has 63 characters, of which the platform's name,
 * the account, the region's code and the suffix may take 49.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const BUCKET_LETTERS = 14;

/** Names of buckets that the platform has itself. */
export const RESERVED_BUCKETS: readonly string[] = ["logs"];

/**
 * What a service may do with the objects of its buckets, and with the buckets. A part of an upload needs no
 * action of its own; who may not list gets 403 for an object that is not there.
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

const bucket = entry<BucketChoice>()("a bucket's settings such as { versioned: true }", {
  versioned: z.exactOptional(rule<boolean>("true or false", (value) => typeof value === "boolean")),
});

/** The schema of `BucketEdges.stores`. */
export const stores = namedList("the name of a bucket", "{ uploads: { versioned: true } }", bucket);

/** Every bucket of a catalogue, which is one that a service stores in, with all its settings. */
export function bucketsOf(
  services: Readonly<Record<string, BucketEdges>>,
): ReadonlyMap<string, Required<BucketChoice>> {
  const buckets = new Map<string, Required<BucketChoice>>();
  for (const { stores } of Object.values(services)) {
    for (const [name, choice] of valuesIn(stores)) {
      buckets.set(name, { ...DEFAULT_BUCKET, ...buckets.get(name), ...choice });
    }
  }
  return buckets;
}

/** The buckets whose name a service gets. */
export function bucketsUsedBy({ stores }: BucketEdges): readonly string[] {
  return namesIn(stores);
}

/** The variable with a bucket's name: `card-scans` → `CARD_SCANS_BUCKET`. */
export function bucketVariable(bucket: string): string {
  return `${bucket.toUpperCase().replaceAll("-", "_")}_BUCKET`;
}

/** `platform-uploads-123456789012-use1-dev`: unique among all accounts of AWS. */
export function bucketName(config: Placed, bucket: string, account: string): string {
  return globalName(config, bucket, account);
}
