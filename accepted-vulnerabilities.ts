import type { services } from "./services";
import type { AcceptedVulnerability } from "./spec/scan/accepted";
import type { PlatformImage } from "./spec/images";

/** A service of the catalogue, or an image of the platform's own. */
type Image = keyof typeof services | PlatformImage;

/**
 * Vulnerabilities that images may have until a date, where an environment scans; see docs/scanning.md:
 *
 * { id: "CVE-2026-1234", package: "openssl", reason: "no TLS 1.1 is spoken here", until: "2027-01-31" }
 */
export const acceptedVulnerabilities: readonly AcceptedVulnerability<Image>[] = [];
