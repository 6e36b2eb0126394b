import { list, record } from "../terraform/terraform-events";

/** One vulnerability of one package in an image. */
export interface Finding {
  readonly id: string;
  /** Its identifiers in other databases. */
  readonly aliases: readonly string[];
  /** In small letters: one of `SEVERITIES`, `negligible` or `unknown`. */
  readonly severity: string;
  readonly package: string;
  /** The source packages that it was built from. */
  readonly sources: readonly string[];
  readonly version: string;
  /** The versions that mend it; none if nothing does yet. */
  readonly fixedIn: readonly string[];
}

/** Grype's report of one image. */
export interface ScanReport {
  /** Each vulnerability of a package once, however many files the package has. */
  readonly findings: readonly Finding[];
  /** When its database was built, in RFC 3339. */
  readonly databaseBuilt: string;
}

/**
 * Reads grype's JSON.
 *
 * @see https://github.com/anchore/grype/blob/v0.120.1/grype/presenter/models/document.go
 * @throws Error for anything else, which must not pass for an image without vulnerabilities
 */
export function readReport(json: unknown): ScanReport {
  const { matches, descriptor } = record(json);
  const { built } = record(record(record(descriptor)["db"])["status"]);
  if (!Array.isArray(matches) || typeof built !== "string") {
    throw new Error("the scanner's report has no matches, or names no database");
  }
  const findings = new Map(matches.map((match) => [keyOf(match), findingOf(match)]));
  return { findings: [...findings.values()], databaseBuilt: built };
}

function findingOf(match: unknown): Finding {
  const { vulnerability, relatedVulnerabilities, artifact } = record(match);
  const { id, severity, fix } = record(vulnerability);
  const { name, version, upstreams } = record(artifact);
  const { state, versions } = record(fix);
  return {
    id: word(id),
    aliases: list(relatedVulnerabilities).map((each) => word(record(each)["id"])),
    severity: word(severity).toLowerCase(),
    package: word(name),
    sources: list(upstreams).map((each) => word(record(each)["name"])),
    version: word(version),
    fixedIn: state === "fixed" ? list(versions).map(word) : [],
  };
}

function word(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Error("the scanner's report has a match without a name, version or severity");
}

/** Packages of two ecosystems may share a name, and two databases an identifier, with severities of their own. */
function keyOf(match: unknown): string {
  const { vulnerability, artifact } = record(match);
  const { id, namespace } = record(vulnerability);
  const { name, version, type } = record(artifact);
  return JSON.stringify([id, namespace, name, version, type]);
}
