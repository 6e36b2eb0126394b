import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { logBucketName } from "../../spec/log-names";
import { INCOMPLETE_UPLOAD_DAYS, closeBucket } from "./closed-bucket";
import { LOG_BUCKET_DAYS } from "./log-days";
import { deliveryStatements } from "./log-delivery";
import { tlsOnly } from "./tls-only";

/**
 * The bucket in which AWS keeps the logs of the load balancer and of the network: private, encrypted,
 * reachable only over TLS, and emptied by age. Elastic Load Balancing supports no other encryption than
 * S3's own keys.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export class LogBucket extends Construct {
  readonly bucket: S3Bucket;
  /** AWS writes nothing, and refuses to begin, before this policy exists. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "account").accountId;
    this.bucket = new S3Bucket(this, "bucket", {
      // Unique among all accounts.
      bucket: logBucketName(config, account),
      // Otherwise neither the environment nor the setting `logs` could be taken back.
      forceDestroy: true,
    });
    const { id: bucket, arn } = this.bucket;
    const block = closeBucket(this, bucket);
    this.deleteOldLogs(bucket);
    const partition = new DataAwsPartition(this, "partition").partition;
    const places = { region: config.region, account, partition, bucketArn: arn };
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [tlsOnly("s3", [arn, `${arn}/*`]), ...deliveryStatements(config.logs, places)],
      }),
      dependsOn: [block],
    });
  }

  private deleteOldLogs(bucket: string): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "old-logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: LOG_BUCKET_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS }],
        },
      ],
    });
  }
}
