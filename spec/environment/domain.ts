/** Where an environment answers over HTTPS. */
export interface Domain {
  /** The host name, such as `dev.example.com`; no other environment may have it. */
  readonly name: string;
  /** The public hosted zone of Route 53 that holds it, such as `example.com`. It must exist. */
  readonly hostedZone: string;
}

/** The most that ACM takes as a certificate's first name. */
const MAXIMUM_LENGTH = 64;

const HOST_NAME = `a host name of at most ${MAXIMUM_LENGTH} lower-case letters, digits, dots and hyphens`;

/** A name as DNS has it, of two labels or more; neither a wildcard nor an IP address. */
function isHostName(value: string): boolean {
  const labels = value.split(".");
  return (
    value.length <= MAXIMUM_LENGTH &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** What is wrong with a domain; a wildcard is no host name. */
export function domainProblems({ name, hostedZone }: Domain): string[] {
  const wrong = Object.entries({ name, hostedZone }).flatMap(([setting, value]) =>
    isHostName(value) ? [] : [`domain.${setting} is "${value}"; it must be ${HOST_NAME}`],
  );
  if (wrong.length > 0 || isIn(name, hostedZone)) return wrong;
  return [
    `domain.name is "${name}"; it must be "${hostedZone}", which domain.hostedZone names, or end with ".${hostedZone}"`,
  ];
}

/** Whether a name is a zone's own, or below it. */
export function isIn(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Whether the internet's DNS can lead there. An AWS with a registry of its own is on one machine. */
export function isOnInternet({ registry }: { readonly registry: string | undefined }): boolean {
  return registry === undefined;
}
