import { DescribeServicesCommand, type ECSClient, type Service } from "@aws-sdk/client-ecs";
import { hasName } from "../target/aws-error";

/** The maximum number of services per ECS request. */
const SERVICES_AT_ONCE = 10;

/**
 * ECS's descriptions of services by their names in ECS; those that it does not have are missing.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
 */
export async function ecsServices(
  cluster: string,
  names: readonly string[],
  ecs: ECSClient,
): Promise<ReadonlyMap<string, Service>> {
  const batches: string[][] = [];
  for (let start = 0; start < names.length; start += SERVICES_AT_ONCE)
    batches.push(names.slice(start, start + SERVICES_AT_ONCE));
  try {
    const answers = await Promise.all(
      batches.map((services) => ecs.send(new DescribeServicesCommand({ cluster, services }))),
    );
    const found = answers
      .flatMap(({ services = [] }) => services)
      .filter(({ status }) => status !== "INACTIVE");
    return new Map(found.map((service) => [service.serviceName ?? "", service]));
  } catch (error) {
    if (hasName(error, "ClusterNotFoundException")) return new Map();
    throw error;
  }
}
