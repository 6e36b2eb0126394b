import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import tar from "tar-fs";
import { PROJECT_FOLDER } from "../../project";
import { UNPRIVILEGED } from "../../spec/images";
import { FOLDERS } from "./scanner";

/** What a scan leaves for people and programs, in the image's folder. */
export const FILES = {
  /** Grype's own report: every match, with its reasons. */
  report: "vulnerabilities.json",
  /** The packages of the image as CycloneDX JSON, with their vulnerabilities. */
  sbom: "sbom.cdx.json",
  /** What was decided about it. */
  outcome: "outcome.json",
} as const;

/** The part that goes into the scanner's container and comes back out of it. */
const OUTPUT = "out";

const IMAGE = "image.tar";

/** For temporary files. */
const HOME = "home";

/** The folder of an image's reports, relative to the project. */
export function scanFolder(suffix: string, image: string): string {
  return path.join(".platform", "scans", suffix, image);
}

/** Arguments of the scanner: the image's archive, and the two reports. */
export function scannerCommand(image: string): string[] {
  const output = (file: string) => `${FOLDERS.work}/${OUTPUT}/${file}`;
  return [
    `docker-archive:${FOLDERS.work}/${IMAGE}`,
    `--name=${image}`,
    `--output=json=${output(FILES.report)}`,
    `--output=cyclonedx-json=${output(FILES.sbom)}`,
  ];
}

/** An image that is copied from an engine into a container of it. */
export interface Copy {
  readonly docker: Docker;
  readonly id: string;
  readonly container: Docker.Container;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Copies an image into a container, as the archive that the engine saves. The archive is on this machine
 * in between, because its length has to be known.
 */
export async function copyImage({ docker, id, container, folder, signal }: Copy): Promise<void> {
  await withWork(folder, async (work) => {
    for (const name of [OUTPUT, HOME]) mkdirSync(path.join(work, name));
    const saved = await save(docker, id, signal);
    await pipeline(saved, createWriteStream(path.join(work, IMAGE)), { signal });
    await putFolder(container, work, FOLDERS.work, signal);
  });
}

/** The library's own call takes no signal. */
async function save(
  docker: Docker,
  id: string,
  abortSignal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const statusCodes = { 200: true, 404: "no such image", 500: "server error" };
  const request = { path: `/images/${id}/get`, method: "GET", isStream: true, abortSignal };
  return await new Promise((resolve, reject) => {
    docker.modem.dial({ ...request, statusCodes }, (error: unknown, stream) => {
      if (error instanceof Error) reject(error);
      // The answer to a request for a stream, which the library does not type.
      else resolve(stream as NodeJS.ReadableStream);
    });
  });
}

/** Gives a container, and the volume of its database, folders that the scanner's user may write to. */
export async function prepareDatabase(
  container: Docker.Container,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  for (const [target, name] of [
    [FOLDERS.database, "grype"],
    [FOLDERS.work, HOME],
  ] as const) {
    await withWork(folder, async (work) => {
      mkdirSync(path.join(work, name));
      await putFolder(container, work, target, signal);
    });
  }
}

/** A folder beside the reports for what goes into a container. */
async function withWork(folder: string, use: (work: string) => Promise<void>): Promise<void> {
  const work = path.join(PROJECT_FOLDER, folder, "work");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await use(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Copies a folder's content, which belongs to the scanner's user then, as does the folder that it goes to. */
async function putFolder(
  container: Docker.Container,
  folder: string,
  target: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const [uid, gid] = UNPRIVILEGED.split(":").map(Number);
  const pack = tar.pack(folder, {
    map: (header) => ({
      ...header,
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
      mode: header.type === "directory" ? 0o700 : 0o400,
    }),
  });
  await container.putArchive(Readable.from(pack), { path: target, abortSignal });
}

/** Copies the reports out of a container, and nothing but files. */
export async function fetchReports(
  container: Docker.Container,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const target = path.join(PROJECT_FOLDER, folder);
  mkdirSync(target, { recursive: true });
  const source = { path: `${FOLDERS.work}/${OUTPUT}`, abortSignal: signal };
  const archive = await container.getArchive(source);
  const wanted: readonly string[] = [FILES.report, FILES.sbom];
  const extract = tar.extract(target, {
    strip: 1,
    // Whose files they were in the container does not count here.
    map: (header) => ({ ...header, ...owner() }),
    fmode: 0o644,
    ignore: (name, header) => header?.type !== "file" || !wanted.includes(path.basename(name)),
  });
  await pipeline(archive, extract, { signal });
}

/** Of files that this process writes; a system without users has none. */
function owner(): { uid?: number; gid?: number } {
  const { getuid, getgid } = process;
  return getuid && getgid ? { uid: getuid(), gid: getgid() } : {};
}

/** A JSON file of an image's folder; `undefined` if there is none. */
export function readScanFile(folder: string, file: string): unknown {
  const source = path.join(PROJECT_FOLDER, folder, file);
  return existsSync(source) ? JSON.parse(readFileSync(source, "utf8")) : undefined;
}

/** Writes what was decided about an image: whole, or not at all. */
export function writeOutcome(folder: string, outcome: object): void {
  const file = path.join(PROJECT_FOLDER, folder, FILES.outcome);
  const beside = `${file}.partial`;
  writeFileSync(beside, `${JSON.stringify(outcome, undefined, 2)}\n`);
  renameSync(beside, file);
}

/** What was decided about an image; `undefined` if nothing was, or if it cannot be read. */
export function readOutcome(folder: string): unknown {
  try {
    return readScanFile(folder, FILES.outcome);
  } catch {
    // It is read for a summary only, which must not fail a deployment that has succeeded.
    return undefined;
  }
}
