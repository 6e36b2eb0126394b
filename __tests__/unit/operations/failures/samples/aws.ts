import { type Sample, from, refused } from "./sample";

const ROLE = "arn:aws:sts::123456789012:assumed-role/platform-deploy-dev/run";
const CLUSTER = "aws_rds_cluster.database_cluster_0A1B2C3D";
const SERVICE = "aws_ecs_service.services_web_service_0A1B2C3D";
const ON_EACH = "aws_security_group.security-groups_services_web_group_0A1B2C3D";

export const AWS_SAMPLES: readonly Sample[] = [
  ...from(
    "platform",
    "aws_iam_role.services_web_role_0A1B2C3D",
    [
      "creating IAM Role (c): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: , error while deserializing xml error response: XML syntax error on line 1: element <br> closed by </body>",
      "What answers in AWS's place is not AWS (HTTP 403). Completed work is in the state.",
      "HTTPS_PROXY",
    ],
    [
      "creating IAM Role (c): operation error IAM: CreateRole, exceeded maximum number of attempts, 25, https response error StatusCode: 503, RequestID: , error while deserializing xml error response: XML syntax error on line 1: element <br> closed by </body>",
      "What answers in AWS's place is not AWS (HTTP 503)",
    ],
  ),
  ...from("platform", "aws_security_group.network_group_0A1B2C3D", [
    "creating Security Group (c): operation error EC2: CreateSecurityGroup, https response error StatusCode: 403, RequestID: , error while fetching xml error response code: XML syntax error on line 1: element <br> closed by </body>",
    "What answers in AWS's place is not AWS (HTTP 403)",
  ]),
  ...from(
    "platform",
    "aws_ecs_cluster.cluster_0A1B2C3D",
    [
      "creating ECS Cluster (c): operation error ECS: CreateCluster, https response error StatusCode: 200, RequestID: , deserialization failed, failed to decode response body, invalid character '<' looking for beginning of value",
      "What answers in AWS's place is not AWS (HTTP 200)",
    ],
    [
      "creating ECS Cluster (c): operation error ECS: CreateCluster, https response error StatusCode: 200, RequestID: , deserialization failed, failed to decode response body, unexpected EOF",
      "AWS is unreachable.",
    ],
  ),
  ...from("platform", "aws_route.network_private_0A1B2C3D", [
    "api error RouteAlreadyExists: Route in Route Table (rtb-37c688bdc1652ded3) with destination (0.0.0.0/0) already exists",
    "A killed run left routes",
    "import 'aws_route.network_private_0A1B2C3D' 'rtb-37c688bdc1652ded3_0.0.0.0/0'",
  ]),
  ...from("platform", "aws_lb_listener_rule.load-balancer_routes_web_rule_0A1B2C3D", [
    refused(
      "creating ELBv2 Listener Rule",
      "Elastic Load Balancing v2: CreateRule",
      "PriorityInUse: Priority '10' is currently in use",
    ),
    "web: another rule of the listener has the priority 10",
    "aws elbv2 delete-rule",
  ]),
  ...from("platform", "aws_lb_listener_rule.load-balancer_routes_web_rule_0A1B2C3D", [
    refused(
      "creating ELBv2 Listener Rule",
      "Elastic Load Balancing v2: CreateRule",
      "TooManyRules: The maximum number of rules on load balancer 'platform-dev' has been reached",
    ),
    "web: the account's quota is used up",
    "TooManyRules",
    "--service-code elasticloadbalancing",
  ]),
  ...from(
    "platform",
    "aws_lb.load-balancer_alb_0A1B2C3D",
    [
      refused(
        "creating ELBv2 application Load Balancer (platform-dev)",
        "Elastic Load Balancing v2: CreateLoadBalancer",
        "OperationNotPermitted: This AWS account currently does not support creating load balancers. For more information, please contact AWS Support.",
      ),
      "AWS has not enabled load balancers for this account yet",
    ],
    [
      refused(
        "creating ELBv2 application Load Balancer (platform-dev)",
        "Elastic Load Balancing v2: CreateLoadBalancer",
        "TooManyLoadBalancers: The maximum number of load balancers has been reached",
      ),
      "The account's quota is used up: load balancers",
    ],
    [
      refused(
        "creating ELBv2 application Load Balancer (platform-dev)",
        "Elastic Load Balancing v2: CreateLoadBalancer",
        "InvalidSubnet: Not enough IP space available in subnet-0a1b. ELB requires at least 8 free IP addresses in each subnet.",
      ),
      "The subnets have no free addresses left",
    ],
  ),
  ...from(
    "platform",
    "aws_service_discovery_private_dns_namespace.service-discovery_namespace_0A",
    [
      "creating Service Discovery Private DNS Namespace (platform-dev.internal): waiting for completion: unexpected state 'FAIL', wanted target 'SUCCESS'. last error: CANNOT_CREATE_HOSTED_ZONE: The VPC that you chose, vpc-0a1b in region us-east-1, is already associated with another private hosted zone that has an overlapping name space, platform-dev.internal. (Service: AmazonRoute53; Status Code: 400; Error Code: ConflictingDomainExists; Request ID: 6f1d)",
      "A killed run left the Cloud Map namespace of this name",
      "delete-namespace",
    ],
  ),
  ...from("platform", "aws_secretsmanager_secret.services_web_database_secret_0A1B2C3D", [
    refused(
      "creating Secrets Manager Secret (platform/web/database/dev)",
      "Secrets Manager: CreateSecret",
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    ),
    "web: the secret of this name was deleted by hand",
    "--secret-id platform/web/database/dev --force-delete-without-recovery",
  ]),
  ...from("platform", "aws_ecs_cluster.cluster_cluster_0A1B2C3D", [
    refused(
      "creating ECS Cluster (platform-dev)",
      "ECS: CreateCluster",
      "InvalidParameterException: Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
    ),
    "The account lacks the service-linked role of ECS",
    "--aws-service-name ecs.amazonaws.com",
  ]),
  ...from(
    "platform",
    SERVICE,
    [
      refused(
        "creating ECS Service (platform-web-dev)",
        "ECS: CreateService",
        "InvalidParameterException: The target group with targetGroupArn arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-1a2b3c-dev/1 does not have an associated load balancer.",
      ),
      "web: its target group has lost its listener rule",
    ],
    [
      refused(
        "updating ECS Service (platform-web-dev)",
        "ECS: UpdateService",
        "ThrottlingException: Rate exceeded",
      ),
      "AWS throttles the account's requests",
      "→ Wait a minute",
    ],
    [
      refused(
        "updating ECS Service (platform-web-dev)",
        "ECS: UpdateService",
        "api error ServiceQuotaExceededException: too many services",
      ),
      "web: a quota of the account is used up, in ECS",
      "--service-code ecs",
    ],
  ),
  ...from("platform", "aws_db_subnet_group.database_subnets_0A1B2C3D", [
    refused(
      "creating RDS DB Subnet Group (platform-dev)",
      "RDS: CreateDBSubnetGroup",
      "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a. Add subnets to cover at least 2 AZs.",
    ),
    "Raise `availabilityZones`",
  ]),
  ...from(
    "platform",
    CLUSTER,
    [
      refused(
        "creating RDS Cluster (platform-dev)",
        "RDS: CreateDBCluster",
        "api error DBClusterQuotaExceededFault: Cannot create more than 40 DB clusters",
      ),
      "The account's quota is used up: database clusters",
      "DBClusterQuotaExceeded",
      "--service-code rds",
    ],
    [
      refused(
        "creating RDS Cluster (platform-dev)",
        "RDS: CreateDBCluster",
        "StorageQuotaExceeded: Storage quota exceeded",
      ),
      "database clusters, instances, subnet groups or storage",
    ],
    [
      refused(
        "creating RDS Cluster (platform-dev)",
        "RDS: CreateDBCluster",
        "api error InvalidParameterCombination: Cannot find version 17.4 for aurora-postgresql",
      ),
      "Aurora does not offer this version",
      "npx platform doctor",
    ],
    [
      refused(
        "creating RDS Cluster (platform-dev)",
        "RDS: CreateDBCluster",
        "InvalidParameterValue: Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait and try again later",
      ),
      "The account lacks the service-linked role of RDS",
    ],
    [
      refused(
        "updating RDS Cluster (platform-dev)",
        "RDS: ModifyDBCluster",
        "InvalidDBClusterStateFault: Cluster platform-dev is in state modifying",
      ),
      "Aurora is still busy",
    ],
    [
      refused(
        "creating RDS Cluster (platform-dev)",
        "RDS: CreateDBCluster",
        "KMSKeyNotAccessibleFault: The specified KMS key does not exist, is not enabled or you do not have permissions to access it. arn:aws:kms:us-east-1:123456789012:key/0a1b",
      ),
      "the KMS key arn:aws:kms:us-east-1:123456789012:key/0a1b",
      "in the key's own policy",
    ],
  ),
  ...from(
    "platform",
    "aws_rds_cluster_instance.database_instance_0A1B2C3D",
    [
      refused(
        "creating RDS Cluster (platform-dev) Instance",
        "RDS: CreateDBInstance",
        "InstanceQuotaExceeded: DB Instance quota exceeded",
      ),
      "InstanceQuotaExceeded",
    ],
    [
      refused(
        "creating RDS Cluster (platform-dev) Instance",
        "RDS: CreateDBInstance",
        "InsufficientDBInstanceCapacity: Cannot create a db.serverless database instance in us-east-1e",
      ),
      "AWS has no capacity of this kind",
    ],
  ),
  ...from(
    "platform",
    "aws_eip.network_nat-address-0_0A1B2C3D",
    [
      refused(
        "creating EC2 EIP",
        "EC2: AllocateAddress",
        "api error AddressLimitExceeded: The maximum number of addresses has been reached.",
      ),
      "The account's quota is used up: Elastic IPs (AddressLimitExceeded).",
      'natGateways: "shared"',
      "--service-code ec2",
    ],
    [
      'creating EC2 EIP: operation error EC2: AllocateAddress, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.us-east-1.amazonaws.com/": dial tcp: lookup ec2.us-east-1.amazonaws.com: no such host',
      "AWS is unreachable.",
    ],
    [
      'creating EC2 EIP: operation error EC2: AllocateAddress, exceeded maximum number of attempts, 25, https response error StatusCode: 0, RequestID: , request send failed, Post "https://ec2.us-east-1.amazonaws.com/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      "at a proxy whose certificate",
      "AWS_CA_BUNDLE",
    ],
  ),
  ...from("platform", "aws_nat_gateway.network_nat-0_0A1B2C3D", [
    "waiting for EC2 NAT Gateway (nat-0a1b) create: operation error EC2: DescribeNatGateways, https response error StatusCode: 0, RequestID: , canceled, context deadline exceeded",
    "AWS did not finish aws_nat_gateway within the time that Terraform gives it",
    "→ Run the same command again",
  ]),
  ...from("platform", "aws_vpc.network_vpc_0A1B2C3D", [
    refused(
      "creating EC2 VPC",
      "EC2: CreateVpc",
      "api error VpcLimitExceeded: The maximum number of VPCs has been reached.",
    ),
    "quota is used up: VPCs (VpcLimitExceeded).",
    "PLATFORM_REGION",
    "--service-code vpc",
  ]),
  ...from("platform", "aws_cognito_user_pool.identity_user-pool_0A1B2C3D", [
    refused(
      "creating Cognito User Pool (platform-dev)",
      "Cognito Identity Provider: CreateUserPool",
      "LimitExceededException: Account has reached the limit of user pools",
    ),
    "A quota of the account is used up, in Cognito Identity Provider",
    "--service-code cognito-idp",
  ]),
  ...from(
    "platform",
    "aws_wafv2_web_acl.web-acl_0A1B2C3D",
    [
      refused(
        "creating WAFv2 WebACL (platform-dev)",
        "WAFV2: CreateWebACL",
        "WAFLimitsExceededException: AWS WAF couldn’t perform the operation because you exceeded your resource limit.",
      ),
      "A quota of the account is used up, in WAFV2",
      "--service-code wafv2",
    ],
    [
      refused(
        "creating WAFv2 WebACL (platform-dev)",
        "WAFV2: CreateWebACL",
        "WAFDuplicateItemException: AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
      ),
      "AWS already has a resource of this name that the state does not know",
      "delete it",
    ],
  ),
  ...from("platform", "aws_nat_gateway.network_nat-0_0A1B2C3D", [
    refused(
      "creating EC2 NAT Gateway",
      "EC2: CreateNatGateway",
      "api error NatGatewayLimitExceeded: Performing this operation would exceed the limit of 5 NAT gateways",
    ),
    "NatGatewayLimitExceeded",
  ]),
  ...from("platform", "aws_route.network_route_0A1B2C3D", [
    refused(
      "creating Route in Route Table (rtb-0a1b)",
      "EC2: CreateRoute",
      "api error RouteLimitExceeded: The maximum number of routes has been reached.",
    ),
    "routes in a route table (RouteLimitExceeded).",
  ]),
  ...from(
    "platform",
    ON_EACH,
    [
      refused(
        "authorizing Security Group (ingress) rules",
        "EC2: AuthorizeSecurityGroupIngress",
        "api error RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.",
      ),
      "web: the account's quota is used up: security groups, or rules of one",
      "Shorten `calls`",
    ],
    [
      refused(
        "deleting Security Group (sg-0a1b)",
        "EC2: DeleteSecurityGroup",
        "api error DependencyViolation: resource sg-0a1b has a dependent object",
      ),
      "web: AWS still uses the resource",
      "describe-network-interfaces",
    ],
  ),
  ...from(
    "platform",
    "aws_iam_role.services_web_ecs-role_0A1B2C3D",
    [
      refused(
        "creating IAM Role (platform-web-ecs-use1-dev)",
        "IAM: CreateRole",
        "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000",
      ),
      "web: a quota of the account is used up, in IAM",
      "--service-code iam",
    ],
    [
      refused(
        "creating IAM Role (platform-web-ecs-use1-dev)",
        "IAM: CreateRole",
        "NoSuchEntity: Scope ARN: arn:aws:iam::123456789012:policy/boundary does not exist or is not attachable.",
      ),
      "PLATFORM_PERMISSIONS_BOUNDARY names a policy that does not exist",
    ],
    [
      `creating IAM Role (platform-web-task-dev): operation error IAM: CreateRole, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: User: ${ROLE} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/platform-web-task-dev because no identity-based policy allows the iam:CreateRole action`,
      `AWS denies ${ROLE} iam:CreateRole on arn:aws:iam::123456789012:role/platform-web-task-dev. Completed work is in the state.`,
      "add the action to setup/aws/permissions, at aws_iam_role, then npx platform setup",
    ],
  ),
  ...from("registry", "aws_ecr_repository_policy.repositories_web_policy_0A1B2C3D", [
    refused(
      "putting ECR Repository Policy (platform-dev/web)",
      "ECR: SetRepositoryPolicy",
      "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    ),
    "AWS refuses the policy",
    "`pullableBy`",
  ]),
  ...from("platform", "aws_acm_certificate_validation.certificate_validation_0A1B2C3D", [
    "waiting for ACM Certificate (arn:aws:acm:us-east-1:1:certificate/1) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 30m0s)",
    "its record is not visible in DNS",
    "npx platform doctor checks that the domain is delegated",
  ]),
  ...from("platform", "aws_route53_record.certificate_record_0A1B2C3D", [
    refused(
      "creating Route53 Record",
      "Route 53: ChangeResourceRecordSets",
      "InvalidChangeBatch: [Tried to create resource record set [name='shop.example.com.', type='A'] but it already exists]",
    ),
    "Route 53 already has a record for shop.example.com.",
  ]),
  ...from("platform", "data.aws_route53_zone.certificate_zone_0A1B2C3D", [
    "no matching Route 53 Hosted Zone found",
    "The hosted zone of the domain is missing",
  ]),
  ...from(
    "registry",
    'provider["registry.terraform.io/hashicorp/aws"]',
    [
      "Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error ExpiredToken: The security token included in the request is expired",
      "AWS does not accept the credentials, or they have expired",
      "→ Log in again",
    ],
    [
      "No valid credential sources found: Please see https://registry.terraform.io/providers/hashicorp/aws\nfor more information about providing credentials.\n\nError: failed to refresh cached credentials, refresh cached SSO token failed, unable to refresh SSO token, operation error SSO OIDC: CreateToken, https response error StatusCode: 400, RequestID: 1, InvalidGrantException:",
      "AWS does not accept the credentials, or they have expired",
    ],
    [
      "validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error InvalidClientTokenId: The security token included in the request is invalid",
      "AWS does not accept the credentials",
      "a region that is not enabled knows no credentials",
    ],
    [
      "validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error SignatureDoesNotMatch: Signature expired: 20261129T070000Z is now earlier than 20261129T073000Z (20261129T074500Z - 15 min.)",
      "this machine's clock is wrong",
      "timedatectl",
    ],
    [
      "validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 1, api error SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided.",
      "the secret key does not belong to the access key",
    ],
    [
      "reading EC2 Availability Zones: operation error EC2: DescribeAvailabilityZones, https response error StatusCode: 401, RequestID: 1, api error OptInRequired: You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.",
      "The account has not enabled this region",
      "aws account enable-region",
    ],
  ),
  {
    stack: "platform",
    address: undefined,
    words:
      "Instance cannot be destroyed: Resource aws_rds_cluster.database_cluster_0A (database/cluster) has\nlifecycle.prevent_destroy set, but the plan calls for this resource to be\ndestroyed.",
    says: [
      "would delete or replace aws_rds_cluster.database_cluster_0A. Nothing was changed",
      "set protected: false",
    ],
  },
  {
    stack: "platform",
    address: undefined,
    words:
      "Instance cannot be destroyed: Resource aws_vpc.network_vpc_0A (network/vpc) has\nlifecycle.prevent_destroy set, but the plan calls for this resource to be\ndestroyed.",
    says: [
      "would delete or replace aws_vpc.network_vpc_0A. Nothing was changed",
      "deploy another environment with the other cidr, or destroy this one first",
    ],
  },
  {
    stack: "platform",
    address: "data.aws_secretsmanager_secrets.database-logins",
    words:
      "Resource postcondition failed: prod is protected, and no service has the database of platform-orders-database-prod any more.",
    says: ["a service would lose its database", "--leave-database NAME"],
  },
  {
    stack: "platform",
    address: "aws_rds_cluster.database_cluster_0A",
    words:
      "deleting RDS Cluster (platform-prod): operation error RDS: DeleteDBCluster, api error InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
    says: ["AWS protects it against deletion", "protected: false"],
  },
  {
    stack: "platform",
    address: "aws_cognito_user_pool.identity_user-pool_0A",
    words:
      "deleting Cognito User Pool (us-east-1_AbCdEfGhI): operation error Cognito Identity Provider: DeleteUserPool, https response error StatusCode: 400, RequestID: 6f1d7c2e, InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
    says: ["AWS protects it against deletion", "protected: false"],
  },
  {
    stack: "platform",
    address: "aws_rds_cluster.database_cluster_0A",
    words:
      "deleting RDS Cluster (platform-prod): api error DBClusterSnapshotAlreadyExistsFault: Cannot create the cluster snapshot because one with the identifier platform-final-1a2b3c4d-prod already exists.",
    says: ["an earlier attempt has taken it", "delete-db-cluster-snapshot"],
  },
  {
    stack: "platform",
    address: "aws_lb.load-balancer_alb_0A",
    words:
      "modifying ELBv2 Load Balancer attributes: api error InvalidConfigurationRequest: Access Denied for bucket: platform-logs-123456789012-use1-prod. Please check S3bucket permission",
    says: ["may not write to the bucket of the access log", "logs: { access: false }"],
  },
  {
    stack: "platform",
    address: "aws_s3_bucket.logs_bucket_0A",
    words:
      "creating S3 Bucket (platform-logs-123456789012-use1-prod): BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.",
    says: ["no state knows it", "aws s3 rb s3://NAME --force"],
  },
  {
    stack: "platform",
    address: "aws_flow_log.flow-log",
    words:
      "creating Flow Log: api error FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination.",
    says: ["is there already: a killed run left it", "aws ec2 delete-flow-logs"],
  },
  {
    stack: "platform",
    address: "aws_s3_bucket.buckets_uploads_bucket_0A",
    words:
      "deleting S3 Bucket (platform-uploads-123456789012-use1-prod): operation error S3: DeleteBucket, https response error StatusCode: 409, RequestID: 6f1d7c2e, HostID: a, api error BucketNotEmpty: The bucket you tried to delete is not empty",
    says: [
      "platform-uploads-123456789012-use1-prod is protected",
      "Nothing in it is lost",
      "aws s3 rm s3://platform-uploads-123456789012-use1-prod --recursive",
    ],
  },
  {
    stack: "platform",
    address: "aws_s3_bucket.buckets_uploads_bucket_0A",
    words:
      "creating S3 Bucket (platform-uploads-123456789012-use1-dev): operation error S3: CreateBucket, https response error StatusCode: 409, BucketAlreadyOwnedByYou: ",
    says: [
      "no state knows it",
      "import 'aws_s3_bucket.buckets_uploads_bucket_0A' 'platform-uploads-123456789012-use1-dev'",
    ],
  },
  {
    stack: "platform",
    address: "aws_s3_bucket.buckets_uploads_bucket_0A",
    words:
      "creating S3 Bucket (platform-uploads-123456789012-use1-dev): operation error S3: CreateBucket, https response error StatusCode: 409, BucketAlreadyExists: ",
    says: ["Another account has the bucket platform-uploads-123456789012-use1-dev"],
  },
  {
    stack: "platform",
    address: "aws_s3_bucket.buckets_uploads_bucket_0A",
    // The provider's own words in us-east-1, where S3 does not refuse a bucket that the account has.
    words: "creating S3 Bucket (platform-uploads-123456789012-use1-dev): BucketAlreadyExists",
    says: ["no state knows it", "import 'aws_s3_bucket.buckets_uploads_bucket_0A'"],
  },
  ...from(
    "platform",
    "aws_sqs_queue.queues_exports_queue_0A",
    [
      refused(
        "creating SQS Queue (platform-exports-queue-dev)",
        "SQS: CreateQueue",
        "AWS.SimpleQueueService.QueueDeletedRecently: You must wait 60 seconds after deleting a queue before you can create another with the same name.",
      ),
      "less than a minute ago",
      "Wait for 60 seconds",
    ],
    [
      refused(
        "creating SQS Queue (platform-exports-queue-dev)",
        "SQS: CreateQueue",
        "QueueNameExists: A queue already exists with the same name and a different value for attribute VisibilityTimeout",
      ),
      "no state knows it",
      "aws sqs delete-queue",
    ],
  ),
];
