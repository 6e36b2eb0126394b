/** The address at which an environment serves HTTPS. */
export interface Domain {
  /** The host name, such as `dev.example.com`; no other environment may use it. */
  readonly name: string;
  /** The public Route 53 hosted zone that contains it, such as `example.com`. It must exist. */
  readonly hostedZone: string;
}

/** ACM's limit on the length of a certificate's primary domain name. */
const MAXIMUM_LENGTH = 64;

const HOST_NAME = `a host name of at most ${MAXIMUM_LENGTH} lower-case letters, digits, dots and hyphens`;

/** Whether a value is a DNS name of at least two labels; wildcards and IP addresses are not. */
function isHostName(value: string): boolean {
  const labels = value.split(".");
  return (
    value.length <= MAXIMUM_LENGTH &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/\.\d+$/.test(value)
  );
}

/** The problems with a domain; a wildcard is not a host name. */
export function domainProblems({ name, hostedZone }: Domain): string[] {
  const wrong = Object.entries({ name, hostedZone }).flatMap(([setting, value]) =>
    isHostName(value) ? [] : [`domain.${setting} is "${value}"; it must be ${HOST_NAME}`],
  );
  if (wrong.length > 0 || isIn(name, hostedZone)) return wrong;
  return [
    `domain.name is "${name}"; it must be "${hostedZone}", the value of domain.hostedZone, or end with ".${hostedZone}"`,
  ];
}

/** Whether a name is the zone's own name or a subdomain of it. */
export function isIn(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Whether public DNS can point there. An AWS with its own registry runs on one machine. */
export function isOnInternet({ registry }: { readonly registry: string | undefined }): boolean {
  return registry === undefined;
}
