import path from "node:path";
import { ACCEPTED_FILE, type Scan, described } from "../../spec/scan/accepted";
import type { Count, Evaluation } from "./evaluation";
import type { Finding } from "./report";
import { FILES } from "./scan-files";

/** How many findings of an image are listed. */
const LISTED = 10;

const HEAD = ["id", "severity", "package", "version", "fixed in"] as const;

/** `0 critical, 2 high (1 accepted), 0 medium, 3 low` */
export function countsInWords(counts: readonly Count[]): string {
  return counts
    .map(({ severity, found, accepted }) => {
      return `${found} ${severity}${accepted > 0 ? ` (${accepted} accepted)` : ""}`;
    })
    .join(", ");
}

/** Why an image is not pushed, each finding with its fix, and how to go on. */
export function failureInWords(
  image: string,
  { failing, unfixed, ended }: Evaluation,
  { threshold }: Scan,
  folder: string,
): string[] {
  const count = failing.length === 1 ? "1 vulnerability" : `${failing.length} vulnerabilities`;
  const more = failing.length - LISTED;
  return [
    `${image} has ${count} of severity ${threshold}${threshold === "critical" ? "" : " or worse"}:`,
    ...aligned([HEAD, ...failing.slice(0, LISTED).map(rowOf)]),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(unfixed > 0 ? [`${unfixed} of that severity without a fix are not counted.`] : []),
    ...ended.map(
      (each) => `${described(each)} was accepted until ${each.until}, which has passed.`,
    ),
    `→ Update the base image or the package to a version that is fixed, or accept it until a date in ${ACCEPTED_FILE}. All: ${path.join(folder, FILES.report)}`,
  ];
}

function rowOf(finding: Finding): readonly string[] {
  const { id, aliases, severity, package: name, version, fixedIn } = finding;
  // Another database's name for it is what people know, and search for.
  const known = aliases.filter((alias) => alias !== id && alias.startsWith("CVE-")).slice(0, 1);
  return [[id, ...known].join(" "), severity, name, version, fixedIn.join(", ") || "not yet"];
}

/** Columns as wide as their longest word. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((word, column) => word.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
