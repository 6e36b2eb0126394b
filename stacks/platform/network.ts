import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Fn, type ITerraformDependable, Op, TerraformSelf, Token } from "cdktf";
import { Construct } from "constructs";
import type { Config } from "../../spec/config";
import type { Permission } from "../../spec/service/permissions";
import { resourceName } from "../../spec/names";
import type { Bucket } from "./bucket";
import { s3EndpointPolicy } from "./s3-endpoint";

/** IDs of zones in older regions without Fargate or without NAT gateways. */
export const ZONES_WITHOUT_FARGATE: readonly string[] = [
  "use1-az3",
  "usw1-az2",
  "apne1-az3",
  "cac1-az3",
];

/**
 * A VPC across several availability zones: public subnets for the load balancer and the NAT gateways,
 * private ones for tasks and the database. Private subnets reach the internet through NAT, and S3,
 * where ECR keeps its layers and services their objects, through a free endpoint.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  readonly publicSubnets: Subnet[];
  readonly privateSubnets: Subnet[];
  /** The route that makes the public subnets public; AWS refuses a load balancer without it. */
  readonly internet: Route;
  /** Dependencies of a task that must pull its image, and reach its buckets. */
  readonly egress: ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly config: Config,
    private readonly buckets: readonly Bucket[],
    /** Of all services of the catalogue. */
    private readonly permissions: readonly Permission[],
  ) {
    super(scope, id);
    this.vpc = new Vpc(this, "vpc", {
      cidrBlock: config.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: this.nameTag(),
      // Nothing else of a plan with another CIDR is refused, and it would fail halfway through the network.
      lifecycle: { preventDestroy: config.protected },
    });
    // AWS lets members of this group reach each other; without rules, a stray member is isolated.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: this.vpc.id });

    const zones = this.zones();
    const indexes = [...Array(config.availabilityZones).keys()];
    this.publicSubnets = indexes.map((index) => this.subnet("public", index, zones));
    this.privateSubnets = indexes.map((index) => this.subnet("private", index, zones));

    this.internet = this.routePublicSubnets();
    this.egress = this.routePrivateSubnets();
  }

  private zones(): DataAwsAvailabilityZones {
    const { region, availabilityZones } = this.config;
    return new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      excludeZoneIds: [...ZONES_WITHOUT_FARGATE],
      lifecycle: {
        postcondition: [
          {
            condition: Op.gte(Fn.lengthOf(TerraformSelf.getAny("names")), availabilityZones),
            errorMessage: `${region} has fewer than ${availabilityZones} usable availability zones; set fewer availabilityZones in environments.ts`,
          },
        ],
      },
    });
  }

  private subnet(
    kind: "public" | "private",
    index: number,
    zones: DataAwsAvailabilityZones,
  ): Subnet {
    const block = kind === "public" ? index : index + 8;
    return new Subnet(this, `${kind}-subnet-${index}`, {
      vpcId: this.vpc.id,
      // cdktf types list elements as `any`; zone names are strings.
      availabilityZone: Token.asString(Fn.element(zones.names, index)),
      cidrBlock: Fn.cidrsubnet(this.config.cidr, 4, block),
      // A zone that leaves the list for an hour must not move the other zones' subnets.
      lifecycle: { ignoreChanges: ["availability_zone"] },
      tags: this.nameTag(kind, String(index)),
    });
  }

  private routePublicSubnets(): Route {
    const gateway = new InternetGateway(this, "internet-gateway", {
      vpcId: this.vpc.id,
      tags: this.nameTag(),
    });
    const table = new RouteTable(this, "public-routes", {
      vpcId: this.vpc.id,
      tags: this.nameTag("public"),
    });
    this.publicSubnets.forEach((subnet, index) => {
      new RouteTableAssociation(this, `public-association-${index}`, {
        routeTableId: table.id,
        subnetId: subnet.id,
      });
    });
    return new Route(this, "internet-route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
  }

  private routePrivateSubnets(): ITerraformDependable[] {
    const gatewaySubnets =
      this.config.natGateways === "shared" ? this.publicSubnets.slice(0, 1) : this.publicSubnets;
    const gateways = gatewaySubnets.map((subnet, index) => this.natGateway(subnet, index));
    const tables = this.privateSubnets.map((subnet, index) => {
      const table = new RouteTable(this, `private-routes-${index}`, {
        vpcId: this.vpc.id,
        tags: this.nameTag("private", String(index)),
      });
      const association = new RouteTableAssociation(this, `private-association-${index}`, {
        routeTableId: table.id,
        subnetId: subnet.id,
      });
      const route = new Route(this, `nat-route-${index}`, {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: Token.asString(
          Fn.element(
            gateways.map(({ id }) => id),
            index,
          ),
        ),
      });
      return { table, needed: [association, route] };
    });
    const endpoint = new VpcEndpoint(this, "s3-endpoint", {
      vpcId: this.vpc.id,
      serviceName: `com.amazonaws.${this.config.region}.s3`,
      routeTableIds: tables.map(({ table }) => table.id),
      policy: JSON.stringify(
        s3EndpointPolicy(
          this.config,
          this.buckets.map(({ arn }) => arn),
          this.permissions,
        ),
      ),
      tags: this.nameTag("s3"),
    });
    const routes = tables.flatMap(({ needed }) => needed);
    // Without buckets a task starts as well before it: its layers come through NAT then.
    return this.buckets.length > 0 ? [...routes, endpoint] : routes;
  }

  private natGateway(subnet: Subnet, index: number): NatGateway {
    const address = new Eip(this, `nat-address-${index}`, {
      domain: "vpc",
      tags: this.nameTag("nat", String(index)),
    });
    return new NatGateway(this, `nat-gateway-${index}`, {
      allocationId: address.id,
      subnetId: subnet.id,
      tags: this.nameTag(String(index)),
      dependsOn: [this.internet],
    });
  }

  private nameTag(...parts: string[]): { Name: string } {
    return { Name: resourceName(this.config, ...parts) };
  }
}
