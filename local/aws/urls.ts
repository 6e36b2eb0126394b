import { localLoadBalancerUrl } from "../../operations/environments/address";
import type { ServiceSpec } from "../../spec/service/spec";
import { resourceName } from "../../spec/names";
import type { LocalSettings } from "./settings";

/** Where the load balancer answers on this machine. */
export function loadBalancerUrl({ port, config }: LocalSettings): string {
  return localLoadBalancerUrl(`http://127.0.0.1:${port}`, resourceName(config));
}

/** Where a public service answers on this machine. `undefined` for a private one. */
export function publicUrl({ path }: ServiceSpec, settings: LocalSettings): string | undefined {
  return path === undefined ? undefined : loadBalancerUrl(settings) + path;
}

/** What an AWS SDK client needs to reach the local AWS. */
export function clientSettings({ environment, config }: LocalSettings) {
  return {
    endpoint: environment.AWS_ENDPOINT_URL,
    region: config.region,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    },
    maxAttempts: 3,
  };
}
