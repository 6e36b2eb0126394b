/** A call of an AWS API, in the words of boto3. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A resource in Terraform's state. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The tags that a foreign environment would claim a resource with. */
type Claim = Readonly<Record<string, string>>;

type CallsOf = (value: (key: string) => string, claim: Claim) => Call[];

const call = (service: string, operation: string, parameters: Call["parameters"] = {}): Call => ({
  service,
  operation,
  parameters,
});

const listed = (claim: Claim) => Object.entries(claim).map(([Key, Value]) => ({ Key, Value }));

/** Calls of EC2 for one resource, which its tags protect. */
const ec2 = (
  id: string,
  claim: Claim,
  ...calls: readonly (readonly [string, object])[]
): Call[] => [
  ...calls.map(([operation, parameters]) => call("ec2", operation, { ...parameters })),
  call("ec2", "create_tags", { Resources: [id], Tags: listed(claim) }),
  call("ec2", "delete_tags", { Resources: [id], Tags: [{ Key: "Environment" }] }),
];

const rule: CallsOf = (value) => [
  call("ec2", "modify_security_group_rules", {
    GroupId: value("security_group_id"),
    SecurityGroupRules: [
      {
        SecurityGroupRuleId: value("security_group_rule_id"),
        SecurityGroupRule: { IpProtocol: "-1", CidrIpv4: "0.0.0.0/0" },
      },
    ],
  }),
];

const group: CallsOf = (value, claim) =>
  ec2(
    value("id"),
    claim,
    [
      "authorize_security_group_ingress",
      {
        GroupId: value("id"),
        IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      },
    ],
    [
      "revoke_security_group_egress",
      {
        GroupId: value("id"),
        IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      },
    ],
    ["delete_security_group", { GroupId: value("id") }],
  );

/**
 * What a role could try on each kind of resource: to read it, to change it, to take it over by its tags,
 * and to delete it. The reads of a kind come first, and the last of them is followed by the first write.
 */
export const CALLS: Readonly<Record<string, CallsOf>> = {
  aws_acm_certificate: (value, claim) => [
    call("acm", "describe_certificate", { CertificateArn: value("arn") }),
    call("acm", "add_tags_to_certificate", { CertificateArn: value("arn"), Tags: listed(claim) }),
    call("acm", "delete_certificate", { CertificateArn: value("arn") }),
  ],
  aws_appautoscaling_policy: (value) => {
    const policy = {
      PolicyName: value("name"),
      ServiceNamespace: value("service_namespace"),
      ResourceId: value("resource_id"),
      ScalableDimension: value("scalable_dimension"),
    };
    return [
      call("application-autoscaling", "put_scaling_policy", {
        ...policy,
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 1,
          PredefinedMetricSpecification: {
            PredefinedMetricType: "ECSServiceAverageCPUUtilization",
          },
        },
      }),
      call("application-autoscaling", "delete_scaling_policy", policy),
    ];
  },
  aws_appautoscaling_scheduled_action: (value) => {
    const action = {
      ScheduledActionName: value("name"),
      ServiceNamespace: value("service_namespace"),
      ResourceId: value("resource_id"),
      ScalableDimension: value("scalable_dimension"),
    };
    return [
      call("application-autoscaling", "put_scheduled_action", {
        ...action,
        Schedule: "at(2099-12-24T18:00:00)",
        ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
      }),
      call("application-autoscaling", "delete_scheduled_action", action),
    ];
  },
  aws_appautoscaling_target: (value, claim) => {
    const target = {
      ServiceNamespace: value("service_namespace"),
      ResourceId: value("resource_id"),
      ScalableDimension: value("scalable_dimension"),
    };
    const counts = { MinCapacity: 0, MaxCapacity: 0 };
    return [
      call("application-autoscaling", "list_tags_for_resource", { ResourceARN: value("arn") }),
      call("application-autoscaling", "register_scalable_target", { ...target, ...counts }),
      call("application-autoscaling", "register_scalable_target", {
        ...target,
        ...counts,
        Tags: claim,
      }),
      call("application-autoscaling", "tag_resource", { ResourceARN: value("arn"), Tags: claim }),
      call("application-autoscaling", "deregister_scalable_target", target),
    ];
  },
  aws_cloudwatch_dashboard: (value) => {
    const DashboardName = value("dashboard_name");
    return [
      call("cloudwatch", "get_dashboard", { DashboardName }),
      call("cloudwatch", "put_dashboard", { DashboardName, DashboardBody: '{"widgets":[]}' }),
      call("cloudwatch", "delete_dashboards", { DashboardNames: [DashboardName] }),
    ];
  },
  aws_cloudwatch_event_rule: (value, claim) => [
    call("events", "describe_rule", { Name: value("name") }),
    call("events", "put_rule", { Name: value("name"), EventPattern: '{"source":["aws.ecs"]}' }),
    call("events", "disable_rule", { Name: value("name") }),
    call("events", "tag_resource", { ResourceARN: value("arn"), Tags: listed(claim) }),
    call("events", "delete_rule", { Name: value("name") }),
  ],
  aws_cloudwatch_event_target: (value) => [
    call("events", "list_targets_by_rule", { Rule: value("rule") }),
    call("events", "put_targets", {
      Rule: value("rule"),
      Targets: [{ Id: "1", Arn: value("arn") }],
    }),
    call("events", "remove_targets", { Rule: value("rule"), Ids: [value("target_id")] }),
  ],
  aws_cloudwatch_metric_alarm: (value, claim) => [
    call("cloudwatch", "describe_alarms", { AlarmNames: [value("alarm_name")] }),
    call("cloudwatch", "put_metric_alarm", {
      AlarmName: value("alarm_name"),
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: 1,
      MetricName: "CPUUtilization",
      Namespace: "AWS/ECS",
      Period: 60,
      Statistic: "Average",
      Threshold: 100,
    }),
    call("cloudwatch", "tag_resource", { ResourceARN: value("arn"), Tags: listed(claim) }),
    call("cloudwatch", "delete_alarms", { AlarmNames: [value("alarm_name")] }),
  ],
  aws_sns_topic: (value, claim) => [
    call("sns", "get_topic_attributes", { TopicArn: value("arn") }),
    call("sns", "publish", { TopicArn: value("arn"), Message: "all is well" }),
    call("sns", "subscribe", {
      TopicArn: value("arn"),
      Protocol: "email",
      Endpoint: "nobody@example.com",
    }),
    call("sns", "tag_resource", { ResourceArn: value("arn"), Tags: listed(claim) }),
    call("sns", "delete_topic", { TopicArn: value("arn") }),
  ],
  aws_sns_topic_policy: (value) => [
    call("sns", "set_topic_attributes", {
      TopicArn: value("arn"),
      AttributeName: "Policy",
      AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    }),
  ],
  aws_cloudwatch_log_group: (value, claim) => [
    call("logs", "get_log_events", { logGroupName: value("name"), logStreamName: "task/web/1" }),
    call("logs", "put_retention_policy", { logGroupName: value("name"), retentionInDays: 1 }),
    call("logs", "tag_resource", { resourceArn: value("arn"), tags: claim }),
    call("logs", "delete_log_group", { logGroupName: value("name") }),
  ],
  aws_cognito_user_pool: (value, claim) => {
    const pool = { UserPoolId: value("id") };
    const user = { ...pool, Username: "intruder" };
    return [
      call("cognito-idp", "describe_user_pool", pool),
      call("cognito-idp", "admin_create_user", user),
      call("cognito-idp", "admin_set_user_password", { ...user, Password: "Of-an-intruder-1234" }),
      call("cognito-idp", "update_user_pool", { ...pool, DeletionProtection: "INACTIVE" }),
      call("cognito-idp", "tag_resource", { ResourceArn: value("arn"), Tags: claim }),
      call("cognito-idp", "create_user_pool_client", { ...pool, ClientName: "intruder" }),
      call("cognito-idp", "delete_user_pool", pool),
    ];
  },
  aws_cognito_user_pool_client: (value) => {
    const client = { UserPoolId: value("user_pool_id"), ClientId: value("id") };
    return [
      call("cognito-idp", "describe_user_pool_client", client),
      call("cognito-idp", "update_user_pool_client", client),
      call("cognito-idp", "admin_initiate_auth", {
        ...client,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "intruder", PASSWORD: "Of-an-intruder-1234" },
      }),
      call("cognito-idp", "delete_user_pool_client", client),
    ];
  },
  aws_db_subnet_group: (value, claim) => [
    call("rds", "describe_db_subnet_groups", { DBSubnetGroupName: value("name") }),
    call("rds", "add_tags_to_resource", { ResourceName: value("arn"), Tags: listed(claim) }),
    call("rds", "delete_db_subnet_group", { DBSubnetGroupName: value("name") }),
  ],
  aws_default_security_group: group,
  aws_ecr_lifecycle_policy: (value) => [
    call("ecr", "get_lifecycle_policy", { repositoryName: value("repository") }),
    call("ecr", "delete_lifecycle_policy", { repositoryName: value("repository") }),
  ],
  aws_ecr_repository: (value, claim) => {
    const repositoryName = value("name");
    return [
      call("ecr", "describe_images", { repositoryName }),
      call("ecr", "batch_get_image", { repositoryName, imageIds: [{ imageTag: "any" }] }),
      call("ecr", "put_image", { repositoryName, imageManifest: "{}", imageTag: "any" }),
      call("ecr", "initiate_layer_upload", { repositoryName }),
      call("ecr", "put_image_tag_mutability", { repositoryName, imageTagMutability: "MUTABLE" }),
      call("ecr", "set_repository_policy", { repositoryName, policyText: "{}" }),
      call("ecr", "tag_resource", { resourceArn: value("arn"), tags: listed(claim) }),
      call("ecr", "delete_repository", { repositoryName, force: true }),
    ];
  },
  aws_ecs_cluster: (value, claim) => {
    const cluster = value("name");
    return [
      call("ecs", "describe_clusters", { clusters: [cluster] }),
      call("ecs", "list_services", { cluster }),
      call("ecs", "list_tasks", { cluster }),
      call("ecs", "update_cluster", {
        cluster,
        settings: [{ name: "containerInsights", value: "disabled" }],
      }),
      call("ecs", "tag_resource", {
        resourceArn: value("arn"),
        tags: Object.entries(claim).map(([key, given]) => ({ key, value: given })),
      }),
      call("ecs", "create_service", { cluster, serviceName: "intruder", taskDefinition: "any:1" }),
      call("ecs", "run_task", { cluster, taskDefinition: "any:1" }),
      call("ecs", "delete_cluster", { cluster }),
    ];
  },
  aws_ecs_service: (value) => {
    const service = value("name");
    const cluster = value("cluster");
    return [
      call("ecs", "describe_services", { cluster, services: [service] }),
      call("ecs", "update_service", { cluster, service, desiredCount: 0 }),
      call("ecs", "delete_service", { cluster, service, force: true }),
    ];
  },
  aws_ecs_task_definition: (value) => [
    call("ecs", "register_task_definition", {
      family: value("family"),
      containerDefinitions: [{ name: "web", image: "web" }],
    }),
  ],
  aws_eip: (value, claim) =>
    ec2(value("allocation_id"), claim, [
      "release_address",
      { AllocationId: value("allocation_id") },
    ]),
  aws_iam_role: (value, claim) => {
    const RoleName = value("name");
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    });
    return [
      call("iam", "get_role", { RoleName }),
      call("iam", "put_role_policy", { RoleName, PolicyName: "more", PolicyDocument }),
      call("iam", "tag_role", { RoleName, Tags: listed(claim) }),
      call("iam", "delete_role", { RoleName }),
    ];
  },
  aws_iam_role_policy: (value) => {
    const policy = { RoleName: value("role"), PolicyName: value("name") };
    return [call("iam", "get_role_policy", policy), call("iam", "delete_role_policy", policy)];
  },
  aws_internet_gateway: (value, claim) =>
    ec2(
      value("id"),
      claim,
      ["detach_internet_gateway", { InternetGatewayId: value("id"), VpcId: value("vpc_id") }],
      ["delete_internet_gateway", { InternetGatewayId: value("id") }],
    ),
  aws_lb: (value, claim) => [
    call("elbv2", "modify_load_balancer_attributes", {
      LoadBalancerArn: value("arn"),
      Attributes: [{ Key: "idle_timeout.timeout_seconds", Value: "1" }],
    }),
    call("elbv2", "set_security_groups", {
      LoadBalancerArn: value("arn"),
      SecurityGroups: ["sg-1"],
    }),
    call("elbv2", "add_tags", { ResourceArns: [value("arn")], Tags: listed(claim) }),
    call("elbv2", "create_listener", {
      LoadBalancerArn: value("arn"),
      Protocol: "HTTP",
      Port: 81,
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
    }),
    call("elbv2", "delete_load_balancer", { LoadBalancerArn: value("arn") }),
  ],
  aws_lb_listener: (value) => [
    call("elbv2", "modify_listener", { ListenerArn: value("arn"), Port: 82 }),
    call("elbv2", "create_rule", {
      ListenerArn: value("arn"),
      Priority: 1,
      Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
      Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
    }),
    call("elbv2", "delete_listener", { ListenerArn: value("arn") }),
  ],
  aws_lb_listener_rule: (value) => [
    call("elbv2", "modify_rule", {
      RuleArn: value("arn"),
      Conditions: [{ Field: "path-pattern", Values: ["/none"] }],
    }),
    call("elbv2", "delete_rule", { RuleArn: value("arn") }),
  ],
  aws_lb_target_group: (value, claim) => [
    call("elbv2", "modify_target_group", {
      TargetGroupArn: value("arn"),
      HealthCheckPath: "/none",
    }),
    call("elbv2", "register_targets", {
      TargetGroupArn: value("arn"),
      Targets: [{ Id: "10.0.0.9" }],
    }),
    call("elbv2", "add_tags", { ResourceArns: [value("arn")], Tags: listed(claim) }),
    call("elbv2", "delete_target_group", { TargetGroupArn: value("arn") }),
  ],
  aws_nat_gateway: (value, claim) =>
    ec2(value("id"), claim, ["delete_nat_gateway", { NatGatewayId: value("id") }]),
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
  aws_route53_record: (value) => [
    call("route53", "change_resource_record_sets", {
      HostedZoneId: value("zone_id"),
      ChangeBatch: {
        Changes: [
          {
            Action: "UPSERT",
            ResourceRecordSet: {
              Name: value("fqdn"),
              Type: value("type"),
              TTL: 60,
              ResourceRecords: [{ Value: value("type") === "A" ? "192.0.2.1" : "elsewhere" }],
            },
          },
        ],
      },
    }),
  ],
  aws_route_table: (value, claim) =>
    ec2(
      value("id"),
      claim,
      [
        "create_route",
        { RouteTableId: value("id"), DestinationCidrBlock: "192.0.2.0/24", GatewayId: "igw-1" },
      ],
      ["delete_route", { RouteTableId: value("id"), DestinationCidrBlock: "0.0.0.0/0" }],
      ["delete_route_table", { RouteTableId: value("id") }],
    ),
  aws_route_table_association: (value) => [
    call("ec2", "disassociate_route_table", { AssociationId: value("id") }),
  ],
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
  aws_security_group: group,
  aws_service_discovery_private_dns_namespace: (value) => [
    call("servicediscovery", "get_namespace", { Id: value("id") }),
    call("servicediscovery", "create_service", { Name: "intruder", NamespaceId: value("id") }),
    call("servicediscovery", "delete_namespace", { Id: value("id") }),
  ],
  aws_service_discovery_service: (value) => [
    call("servicediscovery", "get_service", { Id: value("id") }),
    call("servicediscovery", "register_instance", {
      ServiceId: value("id"),
      InstanceId: "intruder",
      Attributes: { AWS_INSTANCE_IPV4: "10.0.0.9" },
    }),
    call("servicediscovery", "delete_service", { Id: value("id") }),
  ],
  aws_subnet: (value, claim) =>
    ec2(
      value("id"),
      claim,
      ["modify_subnet_attribute", { SubnetId: value("id"), MapPublicIpOnLaunch: { Value: true } }],
      ["delete_subnet", { SubnetId: value("id") }],
    ),
  aws_vpc: (value, claim) => [
    call("ec2", "describe_vpc_attribute", { VpcId: value("id"), Attribute: "enableDnsSupport" }),
    ...ec2(
      value("id"),
      claim,
      ["modify_vpc_attribute", { VpcId: value("id"), EnableDnsSupport: { Value: false } }],
      [
        "create_subnet",
        {
          VpcId: value("id"),
          CidrBlock: "10.0.255.0/28",
          TagSpecifications: [{ ResourceType: "subnet", Tags: listed(claim) }],
        },
      ],
      ["delete_vpc", { VpcId: value("id") }],
    ),
  ],
  aws_vpc_endpoint: (value, claim) =>
    ec2(
      value("id"),
      claim,
      ["modify_vpc_endpoint", { VpcEndpointId: value("id"), ResetPolicy: true }],
      ["delete_vpc_endpoints", { VpcEndpointIds: [value("id")] }],
    ),
  aws_vpc_security_group_egress_rule: rule,
  aws_vpc_security_group_ingress_rule: rule,
};

/** Kinds without calls of their own: each is a setting of another resource, or calls no API. */
export const PARTS = [
  "aws_acm_certificate_validation",
  "aws_ecs_cluster_capacity_providers",
  "aws_route",
  "aws_secretsmanager_secret_version",
  "terraform_data",
];

/** The calls that could touch a resource, by a role whose own environment has these tags. */
export function callsOn({ type, values }: Resource, claim: Claim): Call[] {
  const value = (key: string): string => {
    const found = key
      .split(".")
      .reduce<unknown>((each, part) => (each as Record<string, unknown>)[part], values);
    if (typeof found !== "string") throw new Error(`a ${type} has no ${key}`);
    return found;
  };
  return CALLS[type]?.(value, claim) ?? [];
}

/** The calls that read, set or remove a secret of an environment, which is in no state. */
export function callsOnSecret(suffix: string): { readonly reads: Call[]; readonly writes: Call[] } {
  const Name = `/platform-${suffix}/web/STRIPE_KEY`;
  return {
    reads: [
      call("ssm", "get_parameter", { Name, WithDecryption: true }),
      call("ssm", "get_parameters", { Names: [Name], WithDecryption: true }),
      call("ssm", "get_parameters", { Names: [Name] }),
      call("ssm", "get_parameters_by_path", { Path: `/platform-${suffix}`, Recursive: true }),
      call("ssm", "get_parameter_history", { Name }),
    ],
    writes: [
      call("ssm", "put_parameter", {
        Name,
        Value: "sesame",
        Type: "SecureString",
        Overwrite: true,
      }),
      call("ssm", "delete_parameter", { Name }),
      call("ssm", "delete_parameters", { Names: [Name] }),
    ],
  };
}

/** Whether a call changes nothing. */
export function isRead({ operation }: Call): boolean {
  return /^(get|describe|list|batch_get)_/.test(operation);
}
