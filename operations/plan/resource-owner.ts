import { PLATFORM_IMAGES } from "../../spec/images";
import { databaseOf } from "./resource-users";
import { readableAddress } from "../terraform/stack-progress";

/** Construct scopes that hold one service each, in whichever stack. */
const SERVICE_SCOPES = [
  /^images_([a-z0-9-]+)_/,
  /^services_([a-z0-9-]+)_/,
  /^load-balancer_routes_([a-z0-9-]+)_/,
  /^service-discovery_services_([a-z0-9-]+)$/,
  /^security-groups_services_([a-z0-9-]+)_/,
];

/** `CALLER-to-CALLEE`, a pair of security-group rules. */
const PATH_SCOPE = /^security-groups_paths_([a-z0-9-]+)_/;

/** The services that the addresses name, those that are no longer in the catalogue among them. */
export function servicesIn(addresses: readonly string[]): string[] {
  const found = addresses.map(scopeOf).filter((service) => service !== undefined);
  return [...new Set(found)];
}

/**
 * The service that a resource is there for; `undefined` for what all share. A way from one service to
 * another is the caller's, whose `calls` makes it; the load balancer's way to a service is the service's.
 * What has a name of its own is its user's; what is left of a service that has gone tells it by the name.
 */
export function ownerOf(
  address: string,
  services: readonly string[],
  users: ReadonlyMap<string, string> = new Map(),
): string | undefined {
  const scope = users.get(address) ?? scopeOf(address);
  if (scope !== undefined) return scope;
  const database = databaseOf(address);
  if (database !== undefined) {
    return services.find((service) => service.replaceAll("-", "_") === database);
  }
  const path = PATH_SCOPE.exec(nameOf(address))?.[1];
  if (path === undefined) return undefined;
  return (
    services.find((caller) => services.some((target) => path === `${caller}-to-${target}`)) ??
    services.find((service) => path === `load-balancer-to-${service}`)
  );
}

function scopeOf(address: string): string | undefined {
  const name = nameOf(address);
  for (const scope of SERVICE_SCOPES) {
    const service = scope.exec(name)?.[1];
    if (service !== undefined) return PLATFORM_IMAGES.includes(service) ? undefined : service;
  }
  return undefined;
}

/** The construct path in an address, of a data source as of a resource. */
function nameOf(address: string): string {
  return readableAddress(address.replace(/^data\./, "")).name;
}
