import type { ScanSettings } from "./settings";

/** A vulnerability that images may have until a date, by somebody's decision. */
export interface AcceptedVulnerability<Image extends string = string> {
  /** As the report names it, or one of its aliases: `CVE-2026-1234`, `GHSA-…`. */
  readonly id: string;
  /** The package, or the source package that it was built from. */
  readonly package: string;
  /** Why it is no danger here, or what is waited for. */
  readonly reason: string;
  /** The last day, in UTC: `2027-01-31`. At most a year ahead. */
  readonly until: string;
  /** The only image that may have it. @default every image */
  readonly service?: Image;
}

/** The file with the accepted vulnerabilities, for messages. */
export const ACCEPTED_FILE = "accepted-vulnerabilities.ts";

/** What an environment's images are scanned for. */
export interface Scan extends Required<ScanSettings> {
  /** What counts today. */
  readonly accepted: readonly AcceptedVulnerability[];
  /** What no longer counts. */
  readonly ended: readonly AcceptedVulnerability[];
}

/** The scan of an environment on a day. */
export function scanOn(
  day: Date,
  { threshold, unfixed = "report" }: ScanSettings,
  accepted: readonly AcceptedVulnerability[],
): Scan {
  const today = dayOf(day);
  return {
    threshold,
    unfixed,
    accepted: accepted.filter(({ until }) => until >= today),
    ended: accepted.filter(({ until }) => until < today),
  };
}

/** Whether an entry is about an image. */
export function isAbout({ service }: AcceptedVulnerability, image: string): boolean {
  return service === undefined || service === image;
}

/** `2027-01-31`, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, "2027-01-31".length);
}

/** `CVE-2026-1234 of openssl in web`, for messages. */
export function described({ id, package: name, service }: AcceptedVulnerability): string {
  return `${id} of ${name}${service === undefined ? "" : ` in ${service}`}`;
}
