import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import * as files from "../../../../operations/scan/scan-files";
import { scanSummary } from "../../../../operations/scan/scan-summary";
import { PROJECT_FOLDER } from "../../../../project";
import type { AcceptedVulnerability } from "../../../../spec/scan/accepted";

const START = new Date("2026-11-30T12:00:00Z");
const folder = mkdtempSync(path.join(tmpdir(), "scans-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
});

/** Leaves the outcome of a scan of an image in `tests`, which was at a time of the day. */
function scanned(image: string, time: string, used: readonly string[] = []): void {
  const outcome = { scannedAt: `2026-11-30T${time}:00.000Z`, words: `${image} scanned: 0`, used };
  const own = path.join(folder, image);
  mkdirSync(own, { recursive: true });
  writeFileSync(path.join(own, "outcome.json"), JSON.stringify(outcome));
}

const openssl: AcceptedVulnerability = {
  id: "CVE-2026-1",
  package: "openssl",
  reason: "no TLS here",
  until: "2027-01-31",
};

/** The summary of a deployment of two images that began at noon. */
function summary(...accepted: AcceptedVulnerability[]): string[] {
  vi.spyOn(files, "scanFolder").mockImplementation((_, image) =>
    path.relative(PROJECT_FOLDER, path.join(folder, image)),
  );
  const scan = { threshold: "high", unfixed: "report", accepted, ended: [] } as const;
  return scanSummary({ suffix: "tests", scan }, ["web", "orders"], START);
}

test("a deployment says what its scans have found, and nothing of earlier ones", () => {
  expect(summary()).toEqual([]);
  scanned("web", "12:01");
  scanned("orders", "11:59");
  expect(summary()).toEqual(["web scanned: 0"]);
  expect(scanSummary({ suffix: "tests", scan: undefined }, ["web"], START)).toEqual([]);
});

test("an outcome that was cut off counts as none, and a new one appears whole", () => {
  scanned("orders", "12:01");
  scanned("web", "12:01");
  const cut = path.join(folder, "web", "outcome.json");
  writeFileSync(cut, '{"scannedAt": "2026-');
  expect(summary(openssl)).toEqual(["orders scanned: 0"]);
  linkSync(cut, path.join(folder, "other-name"));
  const outcome = { scannedAt: "2026-11-30T12:02:00.000Z", words: "web scanned: 1", used: [] };
  files.writeOutcome(path.relative(PROJECT_FOLDER, path.join(folder, "web")), outcome);
  // The file was replaced, and not written over.
  expect(readFileSync(path.join(folder, "other-name"), "utf8")).toBe('{"scannedAt": "2026-');
  expect(readdirSync(path.join(folder, "web"))).toEqual(["outcome.json"]);
  expect(summary()).toEqual(["web scanned: 1", "orders scanned: 0"]);
});

test("what is accepted and in no image is mentioned", () => {
  scanned("web", "12:01");
  scanned("orders", "11:59");
  const unused =
    "CVE-2026-1 of openssl is in no image: remove it from accepted-vulnerabilities.ts.";
  expect(summary(openssl)).toEqual(["web scanned: 0", unused]);
  scanned("orders", "11:59", ["CVE-2026-1 of openssl"]);
  expect(summary(openssl)).toEqual(["web scanned: 0"]);
});

test("nothing is said of an image whose last scan was on another machine", () => {
  scanned("web", "12:01");
  expect(summary(openssl)).toEqual(["web scanned: 0"]);
  expect(summary({ ...openssl, service: "orders" })).toEqual(["web scanned: 0"]);
  expect(summary({ ...openssl, service: "web" })).toHaveLength(2);
});
