import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { isCurrent, standInFor } from "../../../../local/machine/offline/stand-in";
import { RECIPES } from "../../../../local/machine/offline/go-build";
import { whyNotScanned } from "../../../../operations/scan/database";
import {
  containerOptions,
  databaseVolume,
  scannerImage,
} from "../../../../operations/scan/scanner";
import { isPinned, withoutDigest } from "../../../../stacks/images/base-images";

const scanning = {
  scanner: "grype@sha256:1",
  command: ["db"],
  updates: false,
  volume: "vulnerabilities",
};

test("the scanner is a published image by its digest, and the recipe makes the same release", () => {
  const name = withoutDigest(scannerImage());
  expect(isPinned(scannerImage())).toBe(true);
  const [, version = "none"] = name.split(":");
  expect(standInFor(name)).toMatchObject({ folder: "grype", onDebian: false });
  const modules = readFileSync(path.join(RECIPES, "grype", "go.mod"), "utf8");
  expect(modules).toContain(`github.com/anchore/grype ${version} `);
  // One of an earlier recipe is made again.
  expect(isCurrent(name, { "fargate-platform.recipe": "older" })).toBe(false);
});

test("what reads an image has no network, and only its own folder to write to", () => {
  const { HostConfig, User, Volumes } = containerOptions(scanning);
  expect(HostConfig).toMatchObject({
    NetworkMode: "none",
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Mounts: [{ Type: "volume", Source: "vulnerabilities", ReadOnly: true }],
  });
  expect(HostConfig?.Binds).toBeUndefined();
  expect(HostConfig?.MemorySwap).toBe(HostConfig?.Memory);
  expect(User).toBe("65532:65532");
  expect(Object.keys(Volumes ?? {})).toEqual(["/scan"]);
});

test("the container runs the image that was prepared, and no other of its name", () => {
  expect(containerOptions(scanning).Image).toBe("grype@sha256:1");
});

test("what updates the database has a network, and no image", () => {
  const { HostConfig } = containerOptions({ ...scanning, updates: true });
  expect(HostConfig).toMatchObject({ NetworkMode: "default", Mounts: [{ ReadOnly: false }] });
});

test("each place that a database comes from has its own", () => {
  const names = [undefined, "https://a.example.com", "https://b.example.com"].map(databaseVolume);
  expect(names[0]).toBe("fargate-platform-vulnerabilities");
  expect(new Set(names).size).toBe(3);
});

const OLD =
  "[0000] ERROR the vulnerability database was built 6 days ago (max allowed age is 5 days)";
const NONE =
  "[0000] ERROR failed to load vulnerability db: vulnerability database error: database does not exist. Try 'grype db update'";

test.each([
  [
    NONE,
    "no such host",
    "there is none, and the vulnerability database cannot be updated: no such",
  ],
  [
    OLD,
    "no such host",
    "the one of this engine is 6 days old, and the vulnerability database cannot",
  ],
  [
    OLD,
    undefined,
    "the newest vulnerability database was built 6 days ago, and grype takes none of",
  ],
  ["[0001] ERROR bad tar", undefined, "web cannot be scanned: grype failed: bad tar"],
  ["", undefined, "grype failed: it said nothing"],
  ["\n \n--\n", undefined, "grype failed: it said nothing"],
  ["[0001] ERROR one\r\n[0002] ERROR two\n[0003] WARN three\n", undefined, "grype failed: two"],
  ["[0001] INFO no ERROR here\n[0002] WARN last\n", undefined, "grype failed: WARN last"],
  ["\u001b[31m[0001]  ERROR\u001b[0m red\n", undefined, "grype failed: red"],
  ["at [12] of it", undefined, "grype failed: at [12] of it"],
])("without an answer, %j after an update that %s is explained", (log, problem, words) => {
  const refusal = whyNotScanned("web", log, problem);
  expect(refusal.message).toContain(words);
  expect(refusal.fix).toMatch(/\S/);
});
