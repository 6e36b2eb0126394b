import { localLoadBalancerUrl } from "../../operations/environments/address";
import type { ServiceSpec } from "../../spec/service/spec";
import { resourceName } from "../../spec/names";
import type { LocalSettings } from "./settings";

/** The load balancer's URL on this machine. */
export function loadBalancerUrl({ port, config }: LocalSettings): string {
  return localLoadBalancerUrl(`http://127.0.0.1:${port}`, resourceName(config));
}

/** A public service's URL on this machine; `undefined` for a private service. */
export function publicUrl({ path }: ServiceSpec, settings: LocalSettings): string | undefined {
  return path === undefined ? undefined : loadBalancerUrl(settings) + path;
}

/** The AWS SDK client settings for the local AWS. */
export function clientSettings({ environment, config }: LocalSettings) {
  return {
    endpoint: environment.AWS_ENDPOINT_URL,
    region: config.region,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    },
    // The shell's variables and files may ask for these, which exclude an endpoint.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    maxAttempts: 3,
  };
}
