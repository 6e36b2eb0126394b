import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";
import { hasName } from "../target/aws-error";
import type { Clients } from "../target/clients";
import { Refusal } from "../terminal/refusal";
import { platformUrl } from "./address";

/**
 * The URL of a deployed environment, without a trailing slash, from its load balancer instead of a state.
 *
 * @throws Refusal if it has no load balancer
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html
 */
export async function loadBalancerUrl(
  config: Config,
  { loadBalancing }: Pick<Clients, "loadBalancing">,
): Promise<string> {
  const dnsName = await readDnsName(resourceName(config), loadBalancing);
  if (dnsName === undefined) {
    throw new Refusal(
      `${config.suffix} is not deployed in ${config.region}: it has no load balancer.`,
      `npx platform deploy ${config.suffix}, or choose another region with PLATFORM_REGION`,
    );
  }
  return platformUrl(config, config.domain ? `https://${config.domain.name}` : `http://${dnsName}`);
}

async function readDnsName(
  name: string,
  client: Clients["loadBalancing"],
): Promise<string | undefined> {
  try {
    const { LoadBalancers = [] } = await client.send(
      new DescribeLoadBalancersCommand({ Names: [name] }),
    );
    return LoadBalancers[0]?.DNSName;
  } catch (error) {
    if (hasName(error, "LoadBalancerNotFoundException")) return undefined;
    throw error;
  }
}
