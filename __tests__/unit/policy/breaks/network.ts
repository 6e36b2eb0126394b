import { type Break, add, first, set } from "./broken";

const anyone = { ip_protocol: "tcp", cidr_ipv4: "0.0.0.0/0" };

export const NETWORK: Readonly<Record<string, readonly Break[]>> = {
  "The internet reaches the load balancer on ports 80 and 443, and nothing else": [
    {
      change: set("aws_vpc_security_group_ingress_rule", anyone, "clients-to-database"),
      says: "admits 0.0.0.0/0 to port 5432",
      where: "aws_vpc_security_group_ingress_rule.security-groups_paths_clients-to-database_in",
    },
    {
      change: set(
        "aws_vpc_security_group_ingress_rule",
        { from_port: 22, to_port: 22 },
        "https-from",
      ),
      says: "admits 0.0.0.0/0 to port 22",
      where: "aws_vpc_security_group_ingress_rule.load-balancer_https-from-anywhere",
    },
    {
      change: set("aws_vpc_security_group_ingress_rule", { to_port: 8443 }, "https-from"),
      says: "admits 0.0.0.0/0 to ports 443 to 8443",
      where: "aws_vpc_security_group_ingress_rule.load-balancer_https-from-anywhere",
    },
    {
      change: add("aws_vpc_security_group_ingress_rule", {
        ip_protocol: "-1",
        cidr_ipv4: "10.0.0.0/16",
      }),
      says: "admits every port",
      where: "aws_vpc_security_group_ingress_rule.added",
    },
    {
      change: add("aws_security_group_rule", {
        type: "ingress",
        protocol: "tcp",
        from_port: 443,
        to_port: 443,
        ipv6_cidr_blocks: ["::/0"],
      }),
      says: "admits ::/0 to port 443",
      where: "aws_security_group_rule.added",
    },
    {
      change: add("aws_vpc_security_group_egress_rule", {
        ip_protocol: "-1",
        cidr_ipv4: "0.0.0.0/0",
      }),
      says: "reaches 0.0.0.0/0 on every port",
      where: "aws_vpc_security_group_egress_rule.added",
    },
    {
      change: set("aws_security_group", { ingress: [{ cidr_blocks: ["10.0.0.0/8"] }] }, "database"),
      says: "has rules of its own",
      where: "aws_security_group.database_security-group",
    },
    {
      change: (json) => delete json["resource"]?.["aws_default_security_group"],
      says: "keeps AWS's rules",
      where: "aws_vpc.network_vpc",
    },
    {
      change: set("aws_default_security_group", { egress: [{ protocol: "-1" }] }),
      says: "the default security group has rules",
      where: "aws_default_security_group.network_default-security-group",
    },
  ],
  "Tasks and databases have no public address": [
    {
      change: (json) => {
        const service = first(json, "aws_ecs_service", "private");
        Object.assign(service["network_configuration"] ?? {}, { assign_public_ip: true });
      },
      says: "get public addresses",
      where: "aws_ecs_service.services_private",
    },
    {
      change: set("aws_rds_cluster_instance", { publicly_accessible: true }, "writer"),
      says: "publicly accessible",
      where: "aws_rds_cluster_instance.database_writer",
    },
    {
      change: set("aws_subnet", { map_public_ip_on_launch: true }, "private-subnet-1"),
      says: "gets a public address",
      where: "aws_subnet.network_private-subnet-1",
    },
    {
      change: (json) => {
        const names = Object.keys(json["resource"]?.["aws_subnet"] ?? {});
        const open = names.find((name) => name.includes("public-subnet-0")) ?? "";
        set("aws_db_subnet_group", { subnet_ids: [`\${aws_subnet.${open}.id}`] })(json);
      },
      says: "is in the public subnet aws_subnet.network_public-subnet-0",
      where: "aws_db_subnet_group.database_subnets",
    },
  ],
};
