import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type Docker from "dockerode";
import { afterEach, beforeEach, expect, test } from "vitest";
import { updateDatabase } from "../../../../operations/scan/database";
import { PROJECT_FOLDER } from "../../../../project";
import { scanEngine } from "../../../support/scan-engine";

const never = new AbortController().signal;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "database-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Below the project, as the reports are. */
const updated = async (docker: Docker, mirror?: string) => {
  const work = path.relative(PROJECT_FOLDER, folder);
  const source = { docker, scanner: "grype@sha256:1", mirror, signal: never };
  const problem = await updateDatabase(source, "vulnerabilities", work);
  expect(existsSync(path.join(folder, "work"))).toBe(false);
  return problem;
};

test("grype updates its database in a container with a network, and folders that its user may write to", async () => {
  const { docker, made, got } = scanEngine();
  expect(await updated(docker)).toBeUndefined();
  expect(made).toMatchObject([
    {
      Image: "grype@sha256:1",
      Cmd: ["db", "update"],
      HostConfig: { NetworkMode: "default", Mounts: [{ Source: "vulnerabilities" }] },
    },
  ]);
  expect(got).toEqual([
    "/database . directory 65532:65532 700",
    "/database grype directory 65532:65532 700",
    "/scan . directory 65532:65532 700",
    "/scan home directory 65532:65532 700",
  ]);
});

test("a mirror is where it is updated from, and without one grype's publisher", async () => {
  const mirrored = scanEngine();
  await updated(mirrored.docker, "https://mirror.example.com/databases");
  expect(mirrored.made[0]?.Env).toContain(
    "GRYPE_DB_UPDATE_URL=https://mirror.example.com/databases",
  );
  const published = scanEngine();
  await updated(published.docker);
  expect(published.made[0]?.Env?.join("\n")).not.toContain("UPDATE_URL");
});

test("why it was not updated is told in grype's words", async () => {
  const { docker } = scanEngine({
    exitCode: 1,
    log: "[0000] ERROR unable to update vulnerability database: no such host\n",
  });
  expect(await updated(docker)).toBe("no such host");
});
