import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";

/** A state overwritten by mistake is noticed within days. */
const OLD_VERSIONS_DAYS = 90;

export interface StateBucketProps {
  readonly name: string;
  /** Other accounts whose environments keep their states in the bucket. */
  readonly sharedWith: readonly string[];
}

/**
 * The bucket with Terraform's states: versioned, encrypted, private, and reachable only over TLS. It
 * cannot be destroyed while it contains objects.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export class StateBucket extends Construct {
  constructor(scope: Construct, id: string, { name, sharedWith }: StateBucketProps) {
    super(scope, id);
    const { id: bucket, arn } = new S3Bucket(this, "bucket", { bucket: name, forceDestroy: false });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: OLD_VERSIONS_DAYS }],
          // Parts of an upload that was broken off cost as much as objects, and no list shows them.
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const block = new S3BucketPublicAccessBlock(this, "public-access-block", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const access = new DataAwsIamPolicyDocument(this, "access", {
      statement: [
        {
          sid: "TlsOnly",
          effect: "Deny",
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: ["s3:*"],
          resources: [arn, `${arn}/*`],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
        ...(sharedWith.length > 0 ? [allow(sharedWith, arn)] : []),
      ],
    });
    new S3BucketPolicy(this, "policy", { bucket, policy: access.json, dependsOn: [block] });
  }
}

/** In each account, the role's own policy restricts the keys that it may use. */
function allow(accounts: readonly string[], bucketArn: string) {
  return {
    sid: "OtherAccounts",
    effect: "Allow",
    principals: [{ type: "AWS", identifiers: [...accounts] }],
    actions: [
      "s3:ListBucket",
      "s3:GetBucketVersioning",
      "s3:GetObject",
      "s3:PutObject",
      "s3:DeleteObject",
    ],
    resources: [bucketArn, `${bucketArn}/*`],
  };
}
