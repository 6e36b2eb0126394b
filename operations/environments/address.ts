import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";

/**
 * Where users find what was deployed, and whether others can read on the way.
 *
 * @param url the output `url` of the platform
 */
export function addressSentence(config: Config, url: string): string {
  const address = platformUrl(config, url);
  if (config.registry) return `The platform answers at ${address}/.`;
  return config.domain
    ? `The platform answers at ${address}. A new name needs a few minutes to be known everywhere.`
    : `The platform answers at ${address}. This is plain HTTP, which everybody on the way can read: before users come, give the environment a domain in environments.ts.`;
}

/**
 * The platform's URL without a slash at its end.
 *
 * @param url the output `url` of the platform, to which no DNS leads on the local AWS
 */
export function platformUrl(config: Config, url: string): string {
  return config.registry ? localLoadBalancerUrl(config.registry, resourceName(config)) : url;
}

/** Where the local AWS serves a load balancer: it has no DNS, and so a path for each. */
export function localLoadBalancerUrl(localAws: string, name: string): string {
  return `${localAws}/_alb/${name}`;
}
