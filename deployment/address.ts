import type { Config } from "../stacks/config";

/**
 * Where users find what was deployed, and whether others can read on the way.
 *
 * @param url the output `url` of the platform
 */
export function addressSentence({ domain }: Config, url: string): string {
  return domain
    ? `The platform answers at ${url}. A new name needs a few minutes to be known everywhere.`
    : `The platform answers at ${url}. This is plain HTTP, which everybody on the way can read: before users come, give the environment a domain in environments.ts.`;
}
