import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import tar from "tar-fs";
import { framed } from "./engine-log";

/** How grype ends in an engine, and what it leaves. */
interface Ending {
  readonly exitCode?: number;
  readonly log?: string;
  /** A folder whose content is what grype has written. */
  readonly written?: string;
  /** Why the engine does not show the image that is to be scanned. */
  readonly image?: Error;
}

/** An engine that runs scanners, with what their containers are made of, what they get and what is asked of them. */
export function scanEngine({ exitCode = 0, log = "", written, image }: Ending = {}) {
  const made: Docker.ContainerCreateOptions[] = [];
  const got: string[] = [];
  const asked: string[] = [];
  const container = {
    putArchive: async (archive: Readable, { path: target }: { path: string }) => {
      got.push(...(await entriesOf(archive)).map((entry) => `${target} ${entry}`));
    },
    getArchive: ({ path: source }: { path: string }) => {
      asked.push(source);
      return Promise.resolve(Readable.from(tar.pack(written ?? "", { map: below("out") })));
    },
    start: () => Promise.resolve(),
    wait: () => Promise.resolve({ StatusCode: exitCode }),
    inspect: () => Promise.resolve({ State: { OOMKilled: false } }),
    logs: () => Promise.resolve(framed(log)),
    remove: () => Promise.resolve(),
  };
  const docker = {
    createVolume: () => Promise.resolve(),
    listContainers: () => Promise.resolve([]),
    createContainer: (options: Docker.ContainerCreateOptions) => {
      made.push(options);
      return Promise.resolve(container);
    },
    getImage: (id: string) => {
      asked.push(id);
      return { inspect: () => (image ? Promise.reject(image) : Promise.resolve({})) };
    },
    modem: {
      dial: (request: { path: string }, done: (error: null, stream: Readable) => void) => {
        asked.push(request.path);
        done(null, Readable.from(["an archive"]));
      },
    },
  };
  // The only methods that are called on an engine.
  return { docker: docker as unknown as Docker, made, got, asked };
}

/** What the engine's archive of a folder begins with: its name. */
const below = (name: string) => (header: tar.Headers) => ({
  ...header,
  name: path.posix.join(name, header.name),
});

/** The entries of an archive, with their owners and modes. */
async function entriesOf(archive: Readable): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "scan-engine-"));
  const entries: string[] = [];
  const map = (entry: tar.Headers) => {
    const { name, type, uid, gid, mode } = entry;
    entries.push(`${name} ${type} ${uid}:${gid} ${mode.toString(8)}`);
    // The test removes what has been extracted.
    return { ...entry, mode: 0o700 };
  };
  await pipeline(archive, tar.extract(folder, { map }));
  rmSync(folder, { recursive: true });
  return entries;
}
