import { type Call, type CallsOf, type CallsOfKinds, type Claim, call, listed } from "./call";

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

/** Where requests come in and where they go. */
export const network: CallsOfKinds = {
  aws_acm_certificate: (value, claim) => [
    call("acm", "describe_certificate", { CertificateArn: value("arn") }),
    call("acm", "add_tags_to_certificate", { CertificateArn: value("arn"), Tags: listed(claim) }),
    call("acm", "request_certificate", {
      DomainName: value("domain_name"),
      ValidationMethod: "DNS",
      Tags: listed(claim),
    }),
    call("acm", "delete_certificate", { CertificateArn: value("arn") }),
  ],
  aws_default_security_group: group,
  aws_eip: (value, claim) =>
    ec2(value("allocation_id"), claim, [
      "release_address",
      { AllocationId: value("allocation_id") },
    ]),
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
