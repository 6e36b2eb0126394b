import { PLATFORM_IMAGES } from "../../spec/images";
import { databaseOf } from "./resource-users";
import { readableAddress } from "../terraform/stack-progress";

/** Construct scopes of a single service, in any stack. */
const SERVICE_SCOPES = [
  /^images_([a-z0-9-]+)_/,
  /^services_([a-z0-9-]+)_/,
  /^jobs_([a-z0-9-]+)_/,
  /^alarms_services_([a-z0-9-]+)_/,
  /^load-balancer_routes_([a-z0-9-]+)_/,
  /^service-discovery_services_([a-z0-9-]+)$/,
  /^security-groups_services_([a-z0-9-]+)_/,
];

/** `CALLER-to-CALLEE`, a pair of security-group rules. */
const PATH_SCOPE = /^security-groups_paths_([a-z0-9-]+)_/;

/** The services that the addresses name, including those no longer in the catalogue. */
export function servicesIn(addresses: readonly string[]): string[] {
  const found = addresses.map(scopeOf).filter((service) => service !== undefined);
  return [...new Set(found)];
}

/**
 * The service that a resource belongs to; `undefined` for shared resources. A path between two services
 * belongs to the caller, whose `calls` creates it; the load balancer's path belongs to its target.
 * A resource with its own name belongs to its user; leftovers of a removed service are found by name.
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

/** The construct path in the address of a resource or data source. */
function nameOf(address: string): string {
  return readableAddress(address.replace(/^data\./, "")).name;
}
