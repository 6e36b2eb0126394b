import type { Config } from "../../spec/config";
import { namespaceName } from "../../spec/names";
import type { Services } from "../../spec/service/spec";
import { platformUrl } from "./address";

/**
 * A line for each service: its URL at the load balancer, or the one that its callers inside the
 * platform's network use.
 *
 * @param url the output `url` of the platform
 */
export function serviceUrls(config: Config, services: Services, url: string): string[] {
  const width = Math.max(...Object.keys(services).map((service) => service.length));
  return Object.entries(services).map(([service, { path, port }]) => {
    const address =
      path === undefined
        ? `http://${service}.${namespaceName(config)}:${port} (private)`
        : platformUrl(config, url) + path;
    return `${service.padEnd(width)}  ${address}`;
  });
}
