import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import type Docker from "dockerode";
import { DOCKER_LABEL } from "../../spec/names";
import { UNPRIVILEGED } from "../../spec/images";
import { SCAN_LIMITS } from "../../spec/limits";
import { baseImages } from "../../stacks/images/base-images";

/** The label's value on the scanner's containers, and on the volumes of its databases. */
export const SCANNER = "scanner";

/** Label of a container with the process that runs it: `host 1234`. */
export const OWNER = `${DOCKER_LABEL}.owner`;

/** This process, as the label has it. */
export function owner(pid = process.pid): string {
  return `${hostname()} ${pid}`;
}

/** The folders of the scanner's container. */
export const FOLDERS = { work: "/scan", database: "/database" } as const;

/** Without a new version's advertisement; the database is updated by a container of its own. */
const ENVIRONMENT = [
  "GRYPE_CHECK_FOR_APP_UPDATE=false",
  "GRYPE_DB_AUTO_UPDATE=false",
  `GRYPE_DB_CACHE_DIR=${FOLDERS.database}/grype`,
  `HOME=${FOLDERS.work}/home`,
  `TMPDIR=${FOLDERS.work}/home`,
];

/** The scanner's image, by its digest. */
export function scannerImage(): string {
  const [grype] = baseImages(readFileSync(path.join(__dirname, "Dockerfile"), "utf8"));
  if (!grype) throw new Error("operations/scan/Dockerfile names no image");
  return grype.reference;
}

/** The volume of a vulnerability database: one for each place that it comes from. */
export function databaseVolume(mirror: string | undefined): string {
  const place = mirror && createHash("sha256").update(mirror).digest("hex").slice(0, 8);
  return ["fargate-platform-vulnerabilities", place].filter(Boolean).join("-");
}

/** One run of the scanner. */
export interface Scanning {
  /** The reference of the scanner's image in the engine. */
  readonly scanner: string;
  readonly command: readonly string[];
  /** In addition to the scanner's own. */
  readonly environment?: readonly string[];
  /** Whether it may use the network, and change the database; otherwise it can do neither. */
  readonly updates: boolean;
  readonly volume: string;
}

/**
 * A container of the scanner. It reads what strangers have written: it has no engine, no capability, no
 * file of this machine, and writes to its own folder, which is removed with it.
 */
export function containerOptions({
  scanner,
  command,
  environment = [],
  updates,
  volume,
}: Scanning): Docker.ContainerCreateOptions {
  const memory = SCAN_LIMITS.memoryMiB * 1024 ** 2;
  return {
    Image: scanner,
    Cmd: [...command],
    Env: [...ENVIRONMENT, ...environment],
    User: UNPRIVILEGED,
    Labels: { [DOCKER_LABEL]: SCANNER, [OWNER]: owner() },
    Volumes: { [FOLDERS.work]: {} },
    HostConfig: {
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      PidsLimit: 512,
      Memory: memory,
      MemorySwap: memory,
      NetworkMode: updates ? "default" : "none",
      Mounts: [{ Type: "volume", Source: volume, Target: FOLDERS.database, ReadOnly: !updates }],
    },
  };
}
