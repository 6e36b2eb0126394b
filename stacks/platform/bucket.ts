import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Fn, type ITerraformDependable, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import { type BucketChoice, bucketName, bucketsOf } from "../../spec/service/buckets";
import type { Services } from "../../spec/service/spec";
import { INCOMPLETE_UPLOAD_DAYS, closeBucket } from "./closed-bucket";
import { BUCKETS } from "./owners";
import { tlsOnly } from "./tls-only";

export interface BucketProps extends Required<BucketChoice> {
  readonly config: Config;
  /** 12 digits, known to Terraform. */
  readonly account: string;
}

/** Each bucket of the catalogue, by its name there. */
export function createBuckets(
  stack: Construct,
  config: Config,
  services: Services,
): ReadonlyMap<string, Bucket> {
  const wanted = [...bucketsOf(services)];
  if (wanted.length === 0) return new Map();
  const scope = new Construct(stack, "buckets");
  const account = new DataAwsCallerIdentity(scope, "account").accountId;
  const buckets = new Map(
    wanted.map(([name, choice]) => [name, new Bucket(scope, name, { config, account, ...choice })]),
  );
  new TerraformOutput(stack, BUCKETS, {
    description: "The name in S3 of each bucket: what tells a deployment that one goes",
    value: Object.fromEntries([...buckets].map(([name, { bucketName }]) => [name, bucketName])),
  });
  return buckets;
}

/**
 * A bucket for the objects of services: private, encrypted, and reachable only over TLS. Where the
 * environment is protected, AWS refuses to delete it while there is an object in it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export class Bucket extends Construct {
  /** Its name in S3. */
  readonly bucketName: string;
  readonly arn: string;
  /** Dependencies of a task that uses it. */
  readonly needed: ITerraformDependable[];

  /** @param id its name in the catalogue */
  constructor(scope: Construct, id: string, { config, account, versioned }: BucketProps) {
    super(scope, id);
    const { bucket, arn } = new S3Bucket(this, "bucket", {
      bucket: bucketName(config, id, account),
      forceDestroy: !config.protected,
      lifecycle: { preventDestroy: config.protected },
    });
    this.bucketName = bucket;
    this.arn = arn;
    const block = closeBucket(this, bucket);
    this.endUploads(bucket);
    const policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [tlsOnly("s3", [arn, `${arn}/*`])],
      }),
      dependsOn: [block],
    });
    this.needed = [policy, ...(versioned ? [this.keepVersions(bucket)] : [])];
  }

  private endUploads(bucket: string): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS }],
        },
      ],
    });
  }

  private keepVersions(bucket: string): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
  }
}
