import { logBucketName } from "../../../spec/log-names";
import { BUCKET_LETTERS, bucketName } from "../../../spec/service/buckets";
import type { Environment } from "./environment";
import { type Arn, type PermissionTable, allow, of } from "./grant";

/**
 * The buckets of the catalogue, and the one with the logs of the load balancer and the network.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function buckets(environment: Environment): PermissionTable {
  const { partition, account } = environment;
  const logs: Arn = `arn:${partition}:s3:::${logBucketName(environment, account)}`;
  const own = [logs, ...bucketArns(environment)];
  const on = (...actions: string[]) => allow(own, of("s3", ...actions));
  return {
    aws_s3_bucket: {
      // Terraform reads every property of a bucket, whatever it sets.
      read: [
        on(
          "ListBucket",
          "GetBucketLocation",
          "GetBucketTagging",
          "GetBucketPolicy",
          "GetBucketAcl",
        ),
        on("GetBucketCORS", "GetBucketWebsite", "GetBucketVersioning", "GetBucketLogging"),
        on("GetAccelerateConfiguration", "GetBucketRequestPayment", "GetReplicationConfiguration"),
        on("GetLifecycleConfiguration", "GetEncryptionConfiguration"),
        on("GetBucketObjectLockConfiguration"),
      ],
      write: [
        on("CreateBucket", "DeleteBucket", "PutBucketTagging"),
        // It is emptied before it is deleted.
        on("ListBucketVersions"),
        allow(objectArns(own), of("s3", "DeleteObject", "DeleteObjectVersion")),
      ],
    },
    aws_s3_bucket_versioning: {
      read: [on("GetBucketVersioning")],
      write: [on("PutBucketVersioning")],
    },
    aws_s3_bucket_server_side_encryption_configuration: {
      read: [on("GetEncryptionConfiguration")],
      write: [on("PutEncryptionConfiguration")],
    },
    aws_s3_bucket_lifecycle_configuration: {
      read: [on("GetLifecycleConfiguration")],
      write: [on("PutLifecycleConfiguration")],
    },
    aws_s3_bucket_ownership_controls: {
      read: [on("GetBucketOwnershipControls")],
      write: [on("PutBucketOwnershipControls")],
    },
    aws_s3_bucket_public_access_block: {
      read: [on("GetBucketPublicAccessBlock")],
      write: [on("PutBucketPublicAccessBlock")],
    },
    aws_s3_bucket_policy: {
      read: [on("GetBucketPolicy")],
      write: [on("PutBucketPolicy", "DeleteBucketPolicy")],
    },
  };
}

/**
 * The buckets of the catalogue, one pattern for each length of a name. With a `*` for the name, objects of
 * another environment's bucket would match if their keys look like the rest of the pattern.
 */
export function bucketArns(environment: Environment): Arn[] {
  const { partition, account } = environment;
  return Array.from({ length: BUCKET_LETTERS }, (_, index): Arn => {
    const name = "?".repeat(index + 1);
    return `arn:${partition}:s3:::${bucketName(environment, name, account)}`;
  });
}

/** All objects in buckets. */
export function objectArns(owners: readonly Arn[]): Arn[] {
  return owners.map((bucket): Arn => `${bucket}/*`);
}
