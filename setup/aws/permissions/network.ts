import { type Environment, arn, becomesOwn, isNotForeign, isOwn, staysOwn } from "./environment";
import { type Grant, NOTHING, type PermissionTable, allow, allowEverywhere, of } from "./grant";

const DESCRIBES =
  "EC2 lists all or nothing: its Describe actions cannot be restricted to a resource.";

/**
 * VPC, subnets, routes and gateways. Their IDs are unknown in advance, so tags identify each
 * environment's: the tags are required when a resource is created, and checked when it is changed.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function network(environment: Environment): PermissionTable {
  const { read, create, change, use, tag } = ec2Grants(environment);
  return {
    aws_vpc: {
      read: [
        read(
          "DescribeVpcs",
          "DescribeNetworkAcls",
          "DescribeRouteTables",
          "DescribeSecurityGroups",
        ),
        allow(
          [arn(environment, "ec2", "vpc/*")],
          of("ec2", "DescribeVpcAttribute"),
          isNotForeign(environment),
        ),
      ],
      write: [
        create("vpc", "CreateVpc"),
        change("vpc", "ModifyVpcAttribute", "DeleteVpc"),
        ...tag("vpc", "CreateVpc"),
      ],
    },
    aws_subnet: {
      read: [read("DescribeSubnets")],
      write: [
        create("subnet", "CreateSubnet"),
        use("vpc", "CreateSubnet"),
        change("subnet", "ModifySubnetAttribute", "DeleteSubnet"),
        // Terraform waits for network interfaces, which outlive their services for a while.
        read("DescribeNetworkInterfaces"),
        ...tag("subnet", "CreateSubnet"),
      ],
    },
    aws_internet_gateway: {
      read: [read("DescribeInternetGateways")],
      write: [
        create("internet-gateway", "CreateInternetGateway"),
        change("internet-gateway", "DeleteInternetGateway"),
        change("internet-gateway", "AttachInternetGateway", "DetachInternetGateway"),
        use("vpc", "AttachInternetGateway", "DetachInternetGateway"),
        ...tag("internet-gateway", "CreateInternetGateway"),
      ],
    },
    aws_route_table: {
      read: [read("DescribeRouteTables")],
      write: [
        create("route-table", "CreateRouteTable"),
        use("vpc", "CreateRouteTable"),
        change("route-table", "DeleteRouteTable"),
        ...tag("route-table", "CreateRouteTable"),
      ],
    },
    aws_route: {
      read: [read("DescribeRouteTables")],
      write: [change("route-table", "CreateRoute", "ReplaceRoute", "DeleteRoute")],
    },
    aws_route_table_association: {
      read: [read("DescribeRouteTables")],
      write: ["route-table", "subnet"].map((kind) =>
        change(
          kind,
          "AssociateRouteTable",
          "DisassociateRouteTable",
          "ReplaceRouteTableAssociation",
        ),
      ),
    },
    aws_eip: {
      read: [read("DescribeAddresses", "DescribeAddressesAttribute")],
      write: [
        create("elastic-ip", "AllocateAddress"),
        change("elastic-ip", "DisassociateAddress", "ReleaseAddress"),
        ...tag("elastic-ip", "AllocateAddress"),
      ],
    },
    aws_nat_gateway: {
      read: [read("DescribeNatGateways")],
      write: [
        create("natgateway", "CreateNatGateway"),
        use("subnet", "CreateNatGateway"),
        use("elastic-ip", "CreateNatGateway"),
        change("natgateway", "DeleteNatGateway"),
        ...tag("natgateway", "CreateNatGateway"),
      ],
    },
    aws_vpc_endpoint: {
      read: [read("DescribeVpcEndpoints", "DescribePrefixLists")],
      write: [
        create("vpc-endpoint", "CreateVpcEndpoint"),
        use("vpc", "CreateVpcEndpoint"),
        use("route-table", "CreateVpcEndpoint", "ModifyVpcEndpoint"),
        change("vpc-endpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"),
        ...tag("vpc-endpoint", "CreateVpcEndpoint"),
      ],
    },
    "data.aws_availability_zones": { ...NOTHING, read: [read("DescribeAvailabilityZones")] },
  };
}

/** The kinds of EC2 grants, for the tables of its resources. */
export function ec2Grants(environment: Environment) {
  const all = (kind: string) => [arn(environment, "ec2", `${kind}/*`)];
  const change = (kind: string, ...actions: string[]): Grant =>
    allow(all(kind), of("ec2", ...actions), isOwn(environment));
  return {
    read: (...actions: string[]): Grant => allowEverywhere(DESCRIBES, of("ec2", ...actions)),
    create: (kind: string, ...actions: string[]): Grant =>
      allow(all(kind), of("ec2", ...actions), becomesOwn(environment)),
    change,
    /** A resource that contains another must also belong to the environment. */
    use: change,
    /** Creation sets the tags; later changes must keep the environment's. */
    tag: (kind: string, ...creations: string[]): Grant[] => [
      allow([arn(environment, "ec2", "*/*")], of("ec2", "CreateTags"), {
        ...becomesOwn(environment),
        StringEquals: { "ec2:CreateAction": creations },
      }),
      allow(all(kind), of("ec2", "CreateTags", "DeleteTags"), staysOwn(environment)),
    ],
  };
}
