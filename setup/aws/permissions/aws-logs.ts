import { logBucketName } from "../../../spec/log-names";
import type { Environment } from "./environment";
import { type Arn, NOTHING, type PermissionTable, allow, allowEverywhere, of } from "./grant";
import { ec2Grants } from "./network";

/**
 * The bucket with the logs of the load balancer and the network, and the network's flow log.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
 */
export function awsLogs(environment: Environment): PermissionTable {
  const { read, create, change, use, tag } = ec2Grants(environment);
  return {
    ...logBucket(environment),
    aws_flow_log: {
      read: [read("DescribeFlowLogs")],
      write: [
        create("vpc-flow-log", "CreateFlowLogs"),
        use("vpc", "CreateFlowLogs"),
        change("vpc-flow-log", "DeleteFlowLogs"),
        ...tag("vpc-flow-log", "CreateFlowLogs"),
        allowEverywhere("A delivery of logs is not a resource.", [
          ...of("logs", "CreateLogDelivery", "GetLogDelivery", "ListLogDeliveries"),
          ...of("logs", "UpdateLogDelivery", "DeleteLogDelivery"),
        ]),
      ],
    },
    "data.aws_caller_identity": {
      ...NOTHING,
      read: [allowEverywhere("The caller is not a resource.", of("sts", "GetCallerIdentity"))],
    },
    "data.aws_partition": NOTHING,
  };
}

function logBucket(environment: Environment): PermissionTable {
  const { partition, account } = environment;
  const bucket: Arn = `arn:${partition}:s3:::${logBucketName(environment, account)}`;
  const on = (...actions: string[]) => allow([bucket], of("s3", ...actions));
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
        allow([`${bucket}/*`], of("s3", "DeleteObject", "DeleteObjectVersion")),
      ],
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
