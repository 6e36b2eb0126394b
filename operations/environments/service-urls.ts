import type { Config } from "../../spec/config";
import { privateUrl } from "../../spec/container";
import type { ServiceSpec, Services } from "../../spec/service/spec";
import { platformUrl } from "./address";

/** What stands in the place of a URL for a worker or a job: `(a job: 30 2 * * ? *, UTC)`. */
export function withoutUrl({ schedule }: ServiceSpec): string {
  if (schedule === undefined) return "(a worker)";
  const { cron, everyMinutes, timeZone = "UTC" } = schedule;
  return cron === undefined
    ? `(a job: every ${everyMinutes} min)`
    : `(a job: ${cron}, ${timeZone})`;
}

/**
 * A line for each service: its URL at the load balancer, or the one for callers inside the platform's
 * network, or that it is a worker or a job.
 *
 * @param url the output `url` of the platform
 */
export function serviceUrls(config: Config, services: Services, url: string): string[] {
  const width = Math.max(...Object.keys(services).map((service) => service.length));
  const address = (service: string, spec: ServiceSpec) => {
    if (spec.port === undefined) return withoutUrl(spec);
    return spec.path === undefined
      ? `${privateUrl(service, spec, config)} (private)`
      : platformUrl(config, url) + spec.path;
  };
  return Object.entries(services).map(
    ([service, spec]) => `${service.padEnd(width)}  ${address(service, spec)}`,
  );
}
