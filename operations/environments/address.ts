import type { Config } from "../../spec/config";
import { resourceName } from "../../spec/names";

/**
 * The platform's address, with a warning if its traffic is not encrypted.
 *
 * @param url the output `url` of the platform
 */
export function addressSentence(config: Config, url: string): string {
  const address = platformUrl(config, url);
  if (config.registry) return `The platform answers at ${address}/.`;
  return config.domain
    ? `The platform answers at ${address}. A new name takes a few minutes to propagate.`
    : `The platform answers at ${address}. This is plain HTTP, readable in transit: set a domain in environments.ts before it serves users.`;
}

/** The tokens that the services accept, and where a caller gets one. */
export function callersSentence({ identity, suffix }: Config): string {
  return identity
    ? `Its callers send access tokens of ${identity.issuer} for the audience ${identity.audience}.`
    : `Its callers send access tokens of its user pool; for one to try out: npx platform token ${suffix}`;
}

/**
 * The platform's URL without a trailing slash.
 *
 * @param url the output `url` of the platform, which does not resolve on the local AWS
 */
export function platformUrl(config: Config, url: string): string {
  return config.registry ? localLoadBalancerUrl(config.registry, resourceName(config)) : url;
}

/** The URL of a load balancer on the local AWS, which has no DNS and uses a path for each. */
export function localLoadBalancerUrl(localAws: string, name: string): string {
  return `${localAws}/_alb/${name}`;
}
