import { type CallsOfKinds, call, listed } from "./call";

/** What must not be lost or read. */
export const data: CallsOfKinds = {
  aws_db_subnet_group: (value, claim) => [
    call("rds", "describe_db_subnet_groups", { DBSubnetGroupName: value("name") }),
    call("rds", "add_tags_to_resource", { ResourceName: value("arn"), Tags: listed(claim) }),
    call("rds", "delete_db_subnet_group", { DBSubnetGroupName: value("name") }),
  ],
  aws_rds_cluster: (value, claim) => {
    const DBClusterIdentifier = value("cluster_identifier");
    const SecretId = value("master_user_secret.0.secret_arn");
    return [
      call("secretsmanager", "get_secret_value", { SecretId }),
      call("rds", "describe_db_clusters", { DBClusterIdentifier }),
      call("secretsmanager", "tag_resource", { SecretId, Tags: listed(claim) }),
      call("secretsmanager", "put_secret_value", { SecretId, SecretString: "{}" }),
      call("secretsmanager", "delete_secret", { SecretId }),
      call("rds", "modify_db_cluster", { DBClusterIdentifier, BackupRetentionPeriod: 1 }),
      call("rds", "add_tags_to_resource", { ResourceName: value("arn"), Tags: listed(claim) }),
      call("rds", "create_db_cluster_snapshot", {
        DBClusterIdentifier,
        DBClusterSnapshotIdentifier: "copy",
      }),
      call("rds", "delete_db_cluster", { DBClusterIdentifier, SkipFinalSnapshot: true }),
    ];
  },
  aws_rds_cluster_instance: (value) => {
    const DBInstanceIdentifier = value("identifier");
    return [
      call("rds", "describe_db_instances", { DBInstanceIdentifier }),
      call("rds", "modify_db_instance", { DBInstanceIdentifier, PubliclyAccessible: true }),
      call("rds", "delete_db_instance", { DBInstanceIdentifier, SkipFinalSnapshot: true }),
    ];
  },
  aws_rds_cluster_parameter_group: (value) => {
    const DBClusterParameterGroupName = value("name");
    return [
      call("rds", "describe_db_cluster_parameters", { DBClusterParameterGroupName }),
      call("rds", "modify_db_cluster_parameter_group", {
        DBClusterParameterGroupName,
        Parameters: [{ ParameterName: "rds.force_ssl", ParameterValue: "0" }],
      }),
      call("rds", "delete_db_cluster_parameter_group", { DBClusterParameterGroupName }),
    ];
  },
  aws_secretsmanager_secret: (value, claim) => {
    const SecretId = value("arn");
    return [
      call("secretsmanager", "get_secret_value", { SecretId }),
      call("secretsmanager", "describe_secret", { SecretId }),
      call("secretsmanager", "put_secret_value", { SecretId, SecretString: "{}" }),
      call("secretsmanager", "tag_resource", { SecretId, Tags: listed(claim) }),
      call("secretsmanager", "delete_secret", { SecretId }),
    ];
  },
  aws_kms_alias: (value) => [
    call("kms", "update_alias", { AliasName: value("name"), TargetKeyId: value("target_key_arn") }),
    call("kms", "delete_alias", { AliasName: value("name") }),
  ],
  aws_kms_key: (value, claim) => {
    const KeyId = value("arn");
    return [
      call("kms", "describe_key", { KeyId }),
      call("kms", "get_public_key", { KeyId }),
      call("kms", "sign", { KeyId, Message: "mine", SigningAlgorithm: "ECDSA_SHA_384" }),
      call("kms", "create_grant", {
        KeyId,
        GranteePrincipal: "arn:aws:iam::123456789012:role/intruder",
        Operations: ["Sign"],
      }),
      call("kms", "put_key_policy", { KeyId, PolicyName: "default", Policy: "{}" }),
      call("kms", "tag_resource", {
        KeyId,
        Tags: Object.entries(claim).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
      call("kms", "disable_key", { KeyId }),
      call("kms", "schedule_key_deletion", { KeyId }),
    ];
  },
  aws_s3_bucket: (value, claim) => {
    const Bucket = value("bucket");
    const object = { Bucket, Key: "statement.json" };
    return [
      call("s3", "get_bucket_policy", { Bucket }),
      call("s3", "head_object", object),
      call("s3", "put_object", { ...object, Body: "{}" }),
      call("s3", "delete_object", object),
      call("s3", "put_bucket_policy", { Bucket, Policy: "{}" }),
      call("s3", "put_bucket_versioning", {
        Bucket,
        VersioningConfiguration: { Status: "Suspended" },
      }),
      call("s3", "put_bucket_tagging", { Bucket, Tagging: { TagSet: listed(claim) } }),
      call("s3", "delete_bucket", { Bucket }),
    ];
  },
  aws_sqs_queue: (value, claim) => {
    const QueueUrl = value("url");
    return [
      call("sqs", "get_queue_attributes", { QueueUrl, AttributeNames: ["All"] }),
      call("sqs", "list_queue_tags", { QueueUrl }),
      call("sqs", "send_message", { QueueUrl, MessageBody: "{}" }),
      call("sqs", "receive_message", { QueueUrl }),
      call("sqs", "set_queue_attributes", { QueueUrl, Attributes: { VisibilityTimeout: "0" } }),
      call("sqs", "add_permission", {
        QueueUrl,
        Label: "anybody",
        AWSAccountIds: ["111122223333"],
        Actions: ["SendMessage"],
      }),
      call("sqs", "tag_queue", { QueueUrl, Tags: claim }),
      call("sqs", "purge_queue", { QueueUrl }),
      call("sqs", "delete_queue", { QueueUrl }),
    ];
  },
};
