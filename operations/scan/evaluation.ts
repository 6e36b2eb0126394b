import { type AcceptedVulnerability, type Scan, isAbout } from "../../spec/scan/accepted";
import { SEVERITIES, reaches } from "../../spec/scan/settings";
import type { Finding } from "./report";

/** How many findings there are of a severity, and how many of them are accepted. */
export interface Count {
  readonly severity: string;
  readonly found: number;
  readonly accepted: number;
}

/** What follows from a report. */
export interface Evaluation {
  /** What keeps the image from being pushed, the worst first. */
  readonly failing: readonly Finding[];
  /** At or above the threshold and not accepted, but without a fix that could be asked for. */
  readonly unfixed: number;
  /** By severity, the worst first; those that the scanner knows no severity of are the last. */
  readonly counts: readonly Count[];
  /** What accepts a finding. */
  readonly used: readonly AcceptedVulnerability[];
  /** What would accept a failing finding, had its date not passed. */
  readonly ended: readonly AcceptedVulnerability[];
}

const ALL: readonly string[] = [...SEVERITIES, "negligible", "unknown"];

/** Compares the findings in an image with what its environment demands. */
export function evaluate(findings: readonly Finding[], image: string, scan: Scan): Evaluation {
  const about = (all: readonly AcceptedVulnerability[]) =>
    all.filter((each) => isAbout(each, image));
  const accepted = about(scan.accepted);
  const open = findings.filter((finding) => !accepted.some((each) => accepts(each, finding)));
  const severe = open.filter(({ severity }) => reaches(severity, scan.threshold));
  const failing = scan.unfixed === "fail" ? severe : severe.filter(hasFix);
  const matching = (all: readonly AcceptedVulnerability[], given: readonly Finding[]) =>
    all.filter((each) => given.some((finding) => accepts(each, finding)));
  return {
    failing: failing.toSorted(byWeight),
    unfixed: severe.length - failing.length,
    counts: countsOf(findings, open),
    used: matching(accepted, findings),
    ended: matching(about(scan.ended), failing),
  };
}

/** By one of its identifiers, and by the package's name or the one of its source. */
function accepts(accepted: AcceptedVulnerability, finding: Finding): boolean {
  return (
    [finding.id, ...finding.aliases].includes(accepted.id) &&
    [finding.package, ...finding.sources].includes(accepted.package)
  );
}

function hasFix({ fixedIn }: Finding): boolean {
  return fixedIn.length > 0;
}

function byWeight(a: Finding, b: Finding): number {
  return (
    ALL.indexOf(a.severity) - ALL.indexOf(b.severity) ||
    a.package.localeCompare(b.package) ||
    a.id.localeCompare(b.id)
  );
}

/** The four severities always, the others if there are any. */
function countsOf(findings: readonly Finding[], open: readonly Finding[]): Count[] {
  const others = [...new Set(findings.map(({ severity }) => severity))].filter(
    (severity) => !SEVERITIES.some((each) => each === severity),
  );
  return [...SEVERITIES, ...others.toSorted((a, b) => ALL.indexOf(a) - ALL.indexOf(b))].map(
    (severity) => {
      const of = (all: readonly Finding[]) => all.filter((each) => each.severity === severity);
      const found = of(findings).length;
      return { severity, found, accepted: found - of(open).length };
    },
  );
}
