import { type Breach, type Rule, breach } from "../rule";
import { type Stack, blocks, refersTo, resourcesOf, strings } from "../stack";

export const publicAddresses: Rule = {
  promise: "Tasks and databases have no public address",
  fix: "place it in the private subnets, without a public address",
  breaches: ({ stacks }) => [
    ...resourcesOf(stacks, "aws_ecs_service")
      .filter(({ block }) =>
        blocks(block["network_configuration"]).some((each) => each["assign_public_ip"] === true),
      )
      .map((service) => breach(service, "its tasks get public addresses")),
    ...resourcesOf(stacks, "aws_db_instance", "aws_rds_cluster_instance")
      .filter(({ block }) => block["publicly_accessible"] === true)
      .map((instance) => breach(instance, "it is publicly accessible")),
    ...resourcesOf(stacks, "aws_subnet")
      .filter(({ block }) => block["map_public_ip_on_launch"] === true)
      .map((subnet) => breach(subnet, "what starts in it gets a public address")),
    ...inPublicSubnets(stacks),
  ],
};

/** Tasks and databases in a subnet whose routes lead to an internet gateway. */
function inPublicSubnets(stacks: readonly Stack[]): Breach[] {
  const gateways = resourcesOf(stacks, "aws_internet_gateway");
  const routes = resourcesOf(stacks, "aws_route").filter(({ block }) =>
    gateways.some((gateway) => refersTo(block["gateway_id"], gateway)),
  );
  const tables = resourcesOf(stacks, "aws_route_table").filter((table) =>
    routes.some(({ block }) => refersTo(block["route_table_id"], table)),
  );
  const associations = resourcesOf(stacks, "aws_route_table_association").filter(({ block }) =>
    tables.some((table) => refersTo(block["route_table_id"], table)),
  );
  const subnets = resourcesOf(stacks, "aws_subnet").filter((subnet) =>
    associations.some(({ block }) => refersTo(block["subnet_id"], subnet)),
  );
  return resourcesOf(stacks, "aws_ecs_service", "aws_db_subnet_group").flatMap((placed) => {
    const { network_configuration: network, subnet_ids: own } = placed.block;
    const used = [...blocks(network).flatMap((each) => strings(each["subnets"])), ...strings(own)];
    return subnets
      .filter((subnet) => used.some((each) => refersTo(each, subnet)))
      .map(({ address }) => breach(placed, `it is in the public subnet ${address}`));
  });
}
