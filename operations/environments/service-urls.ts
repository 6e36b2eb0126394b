import type { Config } from "../../spec/config";
import { privateUrl } from "../../spec/container";
import { httpServices } from "../../spec/service/kinds";
import type { Services } from "../../spec/service/spec";
import { platformUrl } from "./address";

/**
 * A line for each service: its URL at the load balancer, or the one for callers inside the platform's
 * network.
 *
 * @param url the output `url` of the platform
 */
export function serviceUrls(config: Config, services: Services, url: string): string[] {
  const answering = httpServices(services);
  const width = Math.max(...answering.map(([service]) => service.length));
  return answering.map(([service, spec]) => {
    const address =
      spec.path === undefined
        ? `${privateUrl(service, spec, config)} (private)`
        : platformUrl(config, url) + spec.path;
    return `${service.padEnd(width)}  ${address}`;
  });
}
