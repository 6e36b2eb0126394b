import type { Config } from "./config";

/** Where an environment answers over HTTPS. */
export interface Domain {
  /** The host name, such as `dev.example.com`; no other environment has it. */
  readonly name: string;
  /** The public hosted zone of Route 53 that holds it, such as `example.com`. It must exist. */
  readonly hostedZone: string;
}

/** The most that ACM takes as a certificate's first name. */
const MAXIMUM_LENGTH = 64;

export const HOST_NAME = `a host name of at most ${MAXIMUM_LENGTH} lower-case letters, digits, dots and hyphens`;

/** A name as DNS has it, of two labels or more; neither a wildcard nor an IP address. */
export function isHostName(value: string): boolean {
  const labels = value.split(".");
  return (
    value.length <= MAXIMUM_LENGTH &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** What is wrong with the two together, where each by itself is a host name or not set. */
export function domainProblems({ name, hostedZone }: Domain): string[] {
  const given = [name, hostedZone].filter((value) => value !== "");
  if (given.length === 0 || !given.every(isHostName)) return [];
  if (name === "") {
    return [
      `PLATFORM_HOSTED_ZONE is "${hostedZone}" without PLATFORM_DOMAIN; it must be the host name in that zone, such as dev.${hostedZone}`,
    ];
  }
  if (hostedZone === "") {
    return [
      `PLATFORM_DOMAIN is "${name}" without PLATFORM_HOSTED_ZONE; it must be the public hosted zone that holds the name`,
    ];
  }
  if (isIn(name, hostedZone)) return [];
  return [
    `PLATFORM_DOMAIN is "${name}"; it must be "${hostedZone}", which PLATFORM_HOSTED_ZONE names, or end with ".${hostedZone}"`,
  ];
}

/** Whether a name is a zone's own, or below it. */
export function isIn(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Whether the internet's DNS can lead there. An AWS with a registry of its own is on one machine. */
export function isOnInternet({ registry }: Config): boolean {
  return registry === undefined;
}
