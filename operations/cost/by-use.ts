import type { PriceName } from "./price-names";

/** Something that costs only as it is used, and is therefore in no total. */
interface Usage {
  /** The types of resources that have it; with any of them it is named. */
  readonly types: readonly string[];
  readonly what: string;
  /** Without one, it is named without its price. */
  readonly price?: PriceName;
}

/** What AWS charges by use, for the types of resources that an environment has. */
export const BY_USE: readonly Usage[] = [
  { types: ["aws_nat_gateway"], what: "traffic through the NAT gateways", price: "natGatewayGb" },
  { types: ["aws_vpc"], what: "traffic to the internet, after 100 GB", price: "internetGb" },
  { types: ["aws_vpc"], what: "traffic between availability zones" },
  { types: ["aws_lb"], what: "load on the load balancer", price: "loadBalancerLcuHour" },
  { types: ["aws_rds_cluster"], what: "data in Aurora", price: "auroraStorageGbMonth" },
  { types: ["aws_rds_cluster"], what: "reads and writes of Aurora", price: "auroraIoMillion" },
  {
    types: ["aws_rds_cluster"],
    what: "backups of Aurora beyond the size of the database",
    price: "auroraBackupGbMonth",
  },
  { types: ["aws_cloudwatch_log_group"], what: "logs into CloudWatch", price: "logsGb" },
  { types: ["aws_flow_log"], what: "flow logs into S3", price: "flowLogsGb" },
  { types: ["aws_ecr_repository"], what: "images in ECR", price: "repositoryGbMonth" },
  { types: ["aws_s3_bucket"], what: "objects in S3", price: "bucketGbMonth" },
  { types: ["aws_s3_bucket"], what: "requests to S3" },
  {
    types: ["aws_sqs_queue"],
    what: "requests to the queues, after a million",
    price: "queueRequestsMillion",
  },
  { types: ["aws_sns_topic"], what: "notifications by SNS" },
  { types: ["aws_sfn_state_machine"], what: "steps of the runs of jobs, after 4,000" },
  {
    types: ["aws_service_discovery_private_dns_namespace", "aws_route53_record"],
    what: "queries to Route 53, except those for an alias",
    price: "dnsQueriesMillion",
  },
  {
    types: ["aws_wafv2_web_acl"],
    what: "requests through AWS WAF",
    price: "webAclRequestsMillion",
  },
  {
    types: ["aws_cognito_user_pool"],
    what: "users that sign in, after 10,000",
    price: "userMonth",
  },
];

/** The types of resources for which AWS charges nothing, neither for having nor for using them. */
export const FREE: ReadonlySet<string> = new Set([
  "aws_acm_certificate",
  "aws_acm_certificate_validation",
  "aws_appautoscaling_scheduled_action",
  "aws_appautoscaling_target",
  // Of AWS's own events: https://aws.amazon.com/eventbridge/pricing/
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cognito_user_pool_client",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_ecr_lifecycle_policy",
  "aws_ecr_repository_policy",
  "aws_ecs_cluster_capacity_providers",
  // Its tasks cost, which are those of services and jobs.
  "aws_ecs_task_definition",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_internet_gateway",
  "aws_lb_listener",
  "aws_lb_listener_rule",
  "aws_lb_target_group",
  "aws_rds_cluster_parameter_group",
  "aws_route",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret_version",
  "aws_security_group",
  // Free for what ECS registers: https://aws.amazon.com/cloud-map/pricing/
  "aws_service_discovery_service",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
  "aws_sqs_queue_policy",
  "aws_sqs_queue_redrive_allow_policy",
  "aws_subnet",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
  "aws_wafv2_web_acl_association",
]);
