import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as files from "../../../../operations/scan/scan-files";
import { scanImage } from "../../../../operations/scan/scan-image";
import { PROJECT_FOLDER } from "../../../../project";
import type { Scan } from "../../../../spec/scan/accepted";
import { refusal } from "../../../support/refusal";
import { scanEngine } from "../../../support/scan-engine";
import report from "./report.json";

const ID = "sha256:1a2b";
const critical: Scan = { threshold: "critical", unfixed: "report", accepted: [], ended: [] };

/** Where the reports go, below a folder that is not there yet, and what grype writes. */
let folder: string;
let written: string;
let top: string;
beforeEach(() => {
  top = mkdtempSync(path.join(tmpdir(), "scan-image-"));
  [folder, written] = [path.join(top, "dev", "web"), path.join(top, "written")];
  mkdirSync(written);
  writeFileSync(path.join(written, "vulnerabilities.json"), JSON.stringify(report));
  writeFileSync(path.join(written, "sbom.cdx.json"), "{}");
  vi.spyOn(files, "scanFolder").mockReturnValue(path.relative(PROJECT_FOLDER, folder));
});
afterEach(() => {
  rmSync(top, { recursive: true });
});

function scanned(engine: ReturnType<typeof scanEngine>, scan = critical) {
  const { docker } = engine;
  const reports: string[] = [];
  const outcome = scanImage({
    docker,
    scanner: "grype@sha256:1",
    mirror: undefined,
    signal: new AbortController().signal,
    image: "web",
    id: ID,
    suffix: "dev",
    scan,
    report: (line) => void reports.push(line),
  });
  return { outcome, reports };
}

test("an image is scanned by its ID, in a container without a network, and its reports are kept", async () => {
  const engine = scanEngine({ written });
  const { outcome, reports } = scanned(engine);
  await expect(outcome).resolves.toBe("web scanned: 0 critical, 1 high, 0 medium, 0 low");
  expect(reports).toEqual(["scanning web"]);
  expect(engine.asked).toEqual([ID, `/images/${ID}/get`, "/scan/out"]);
  const [, scanning] = engine.made;
  expect(scanning?.Cmd).toEqual([
    "docker-archive:/scan/image.tar",
    "--name=web",
    "--output=json=/scan/out/vulnerabilities.json",
    "--output=cyclonedx-json=/scan/out/sbom.cdx.json",
  ]);
  expect(scanning?.HostConfig?.NetworkMode).toBe("none");
  expect(engine.got.slice(4).sort()).toEqual([
    "/scan . directory 65532:65532 700",
    "/scan home directory 65532:65532 700",
    "/scan image.tar file 65532:65532 400",
    "/scan out directory 65532:65532 700",
  ]);
  expect(readdirSync(folder).sort()).toEqual([
    "outcome.json",
    "sbom.cdx.json",
    "vulnerabilities.json",
  ]);
  expect(JSON.parse(readFileSync(path.join(folder, "outcome.json"), "utf8"))).toMatchObject({
    image: "web",
    id: ID,
    words: "web scanned: 0 critical, 1 high, 0 medium, 0 low",
    databaseBuilt: report.descriptor.db.status.built,
    used: [],
  });
});

test("a finding of the threshold fails, and its outcome is kept", async () => {
  const { outcome } = scanned(scanEngine({ written }), { ...critical, threshold: "high" });
  await expect(outcome).rejects.toThrow(
    /web has 1 vulnerability of severity high or worse:[^]*GHSA/,
  );
  expect(readdirSync(folder)).toContain("outcome.json");
});

test("nothing but the two reports is taken out of the container, and no link", async () => {
  writeFileSync(path.join(written, "other.json"), "{}");
  mkdirSync(path.join(written, "deeper"));
  rmSync(path.join(written, "sbom.cdx.json"));
  symlinkSync("/etc/passwd", path.join(written, "sbom.cdx.json"));
  await scanned(scanEngine({ written })).outcome;
  expect(readdirSync(folder).sort()).toEqual(["outcome.json", "vulnerabilities.json"]);
});

test("a scanner that fails gives no answer, and its reports are not read", async () => {
  const engine = scanEngine({ exitCode: 1, log: "[0001] ERROR bad tar\n", written });
  const { outcome, reports } = scanned(engine);
  await expect(outcome).rejects.toThrow(
    refusal("web cannot be scanned: grype failed: bad tar", ""),
  );
  expect(reports).toEqual(["scanning web", "the vulnerability database is not updated: bad tar"]);
  expect(engine.asked).not.toContain("/scan/out");
});

test("an image that the engine does not have is refused before anything runs", async () => {
  const gone = scanEngine({
    image: Object.assign(new Error("no such image"), { statusCode: 404 }),
  });
  await expect(scanned(gone).outcome).rejects.toThrow(
    refusal(`the engine does not have the image ${ID}`, "npx platform deploy fetches it"),
  );
  expect(gone.made).toEqual([]);
  const broken = Object.assign(new Error("server error"), { statusCode: 500 });
  await expect(scanned(scanEngine({ image: broken })).outcome).rejects.toBe(broken);
});
