import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import tar from "tar-fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { updateDatabase } from "../../../../operations/scan/database";
import { PROJECT_FOLDER } from "../../../../project";

const never = new AbortController().signal;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "database-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** An engine in which grype ends like this, with what its container is made of and gets. */
function engine({ exitCode = 0, log = "" } = {}) {
  const made: Docker.ContainerCreateOptions[] = [];
  const got: string[] = [];
  const header = Buffer.alloc(8);
  header[0] = 2;
  header.writeUInt32BE(Buffer.byteLength(log), 4);
  const container = {
    putArchive: async (archive: Readable, { path: target }: { path: string }) => {
      const map = (entry: tar.Headers) => {
        const { name, type, uid, gid, mode } = entry;
        got.push(`${target} ${name} ${type} ${uid}:${gid} ${mode.toString(8)}`);
        return entry;
      };
      await pipeline(archive, tar.extract(path.join(folder, "extracted"), { map }));
    },
    start: () => Promise.resolve(),
    wait: () => Promise.resolve({ StatusCode: exitCode }),
    inspect: () => Promise.resolve({ State: { OOMKilled: false } }),
    logs: () => Promise.resolve(Buffer.concat([header, Buffer.from(log)])),
    remove: () => Promise.resolve(),
  };
  const docker = {
    createVolume: () => Promise.resolve(),
    createContainer: (options: Docker.ContainerCreateOptions) => {
      made.push(options);
      return Promise.resolve(container);
    },
  };
  // The only methods that are called on an engine.
  return { docker: docker as unknown as Docker, made, got };
}

/** Below the project, as the reports are. */
const updated = async (docker: Docker, mirror?: string) => {
  const work = path.relative(PROJECT_FOLDER, folder);
  const source = { docker, scanner: "grype@sha256:1", mirror, signal: never };
  const problem = await updateDatabase(source, "vulnerabilities", work);
  expect(existsSync(path.join(folder, "work"))).toBe(false);
  return problem;
};

test("grype updates its database in a container with a network, and folders that its user may write to", async () => {
  const { docker, made, got } = engine();
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
  const mirrored = engine();
  await updated(mirrored.docker, "https://mirror.example.com/databases");
  expect(mirrored.made[0]?.Env).toContain(
    "GRYPE_DB_UPDATE_URL=https://mirror.example.com/databases",
  );
  const published = engine();
  await updated(published.docker);
  expect(published.made[0]?.Env?.join("\n")).not.toContain("UPDATE_URL");
});

test("why it was not updated is told in grype's words", async () => {
  const { docker } = engine({
    exitCode: 1,
    log: "[0000] ERROR unable to update vulnerability database: no such host\n",
  });
  expect(await updated(docker)).toBe("no such host");
});
