import { expect, test } from "vitest";
import { evaluate } from "../../../../operations/scan/evaluation";
import { type Finding, readReport } from "../../../../operations/scan/report";
import { countsInWords, failureInWords } from "../../../../operations/scan/scan-words";
import type { AcceptedVulnerability, Scan } from "../../../../spec/scan/accepted";
import report from "./report.json";

const finding = (change: Partial<Finding> = {}): Finding => ({
  id: "CVE-2026-1",
  aliases: [],
  severity: "high",
  package: "libssl3t64",
  sources: ["openssl"],
  version: "3.5.9-1",
  fixedIn: ["3.5.10-1"],
  ...change,
});
const unfixed = finding({ id: "CVE-2026-2", severity: "critical", fixedIn: [] });

const accept = (change: Partial<AcceptedVulnerability> = {}): AcceptedVulnerability => ({
  id: "CVE-2026-1",
  package: "openssl",
  reason: "no TLS here",
  until: "2027-01-31",
  ...change,
});

const high = (change: Partial<Scan> = {}): Scan => ({
  threshold: "high",
  unfixed: "report",
  accepted: [],
  ended: [],
  ...change,
});

test("grype's report is read as it writes it", () => {
  expect(readReport(report)).toEqual({
    databaseBuilt: report.descriptor.db.status.built,
    findings: [
      {
        id: "GHSA-2g68-c3qc-8985",
        aliases: ["CVE-2024-34069"],
        severity: "high",
        package: "werkzeug",
        sources: [],
        version: "3.0.2",
        fixedIn: ["3.0.3"],
      },
    ],
  });
});

test("a package in several places is one finding", () => {
  const { matches } = report;
  expect(readReport({ ...report, matches: [...matches, ...matches] }).findings).toHaveLength(1);
});

test("packages of two ecosystems, and matches of two databases, do not hide each other", () => {
  const [match] = report.matches;
  const system = { ...match, artifact: { ...match?.artifact, type: "deb" } };
  const vulnerability = { ...match?.vulnerability, namespace: "nvd:cpe", severity: "Low" };
  const other = { ...match, vulnerability };
  const { findings } = readReport({ ...report, matches: [match, system, other] });
  expect(findings.map(({ severity }) => severity)).toEqual(["high", "high", "low"]);
});

test.each([null, {}, { matches: [] }, { ...report, matches: null }, { ...report, matches: [{}] }])(
  "anything else is no report without vulnerabilities: %j",
  (json) => {
    expect(() => readReport(json)).toThrow("the scanner's report");
  },
);

test("what reaches the threshold fails if there is a fix, and is only counted if there is none", () => {
  const findings = [finding({ severity: "medium" }), finding({ id: "CVE-2026-3" }), unfixed];
  const { failing, unfixed: left } = evaluate(findings, "web", high());
  expect([failing.map(({ id }) => id), left]).toEqual([["CVE-2026-3"], 1]);
  const strict = evaluate(findings, "web", high({ unfixed: "fail" }));
  expect(strict.failing.map(({ id }) => id)).toEqual(["CVE-2026-2", "CVE-2026-3"]);
});

test.each([
  accept(),
  accept({ package: "libssl3t64" }),
  accept({ service: "web" }),
  accept({ id: "GHSA-2g68-c3qc-8985" }),
])("a finding is accepted by its identifiers, its package and the source of that: %j", (given) => {
  const findings = [finding({ aliases: ["GHSA-2g68-c3qc-8985"] })];
  const { failing, counts, used } = evaluate(findings, "web", high({ accepted: [given] }));
  expect(failing).toEqual([]);
  expect(used).toEqual([given]);
  expect(countsInWords(counts)).toBe("0 critical, 1 high (1 accepted), 0 medium, 0 low");
});

test.each([
  accept({ service: "orders" }),
  accept({ package: "ssl" }),
  accept({ id: "CVE-2026-11" }),
])("and by nothing else: %j", (given) => {
  expect(evaluate([finding()], "web", high({ accepted: [given] })).failing).toHaveLength(1);
});

test("severities that grype does not know, or thinks little of, are counted and never fail", () => {
  const findings = ["unknown", "negligible"].map((severity) => finding({ id: severity, severity }));
  const { failing, counts } = evaluate(findings, "web", high({ threshold: "low" }));
  expect(failing).toEqual([]);
  expect(countsInWords(counts)).toBe(
    "0 critical, 0 high, 0 medium, 0 low, 1 negligible, 1 unknown",
  );
});

test("a failure lists ten findings, the worst first, what is accepted no longer, and what to do", () => {
  const many = [...Array(12).keys()].map((index) => finding({ id: `CVE-2026-10${index}` }));
  const worst = finding({ id: "GHSA-x", aliases: ["CVE-2026-9"], severity: "critical" });
  const over = accept({ id: "CVE-2026-100", until: "2026-11-01" });
  const scan = high({ ended: [over, accept({ id: "CVE-2026-999", until: "2026-11-01" })] });
  const evaluation = evaluate([...many, worst, unfixed], "web", scan);
  const lines = failureInWords("web", evaluation, scan, ".platform/scans/dev/web");
  expect(lines.slice(0, 3)).toEqual([
    "web has 13 vulnerabilities of severity high or worse:",
    "  id                 severity  package     version  fixed in",
    "  GHSA-x CVE-2026-9  critical  libssl3t64  3.5.9-1  3.5.10-1",
  ]);
  expect(lines.slice(12)).toEqual([
    "  and 3 more",
    "1 of that severity without a fix are not counted.",
    "CVE-2026-100 of openssl was accepted until 2026-11-01, which has passed.",
    expect.stringMatching(/^→ Update the base image .*accepted-vulnerabilities\.ts.*\.json$/),
  ]);
});

test("a failure with one finding has nothing more to say", () => {
  const scan = high({ threshold: "critical" });
  const worst = finding({ severity: "critical" });
  const lines = failureInWords("web", evaluate([worst], "web", scan), scan, "scans");
  expect(lines).toEqual([
    "web has 1 vulnerability of severity critical:",
    expect.stringContaining("id"),
    expect.stringContaining("CVE-2026-1"),
    expect.stringMatching(/^→ Update the base image/),
  ]);
});
