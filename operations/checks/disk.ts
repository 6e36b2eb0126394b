import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type Docker from "dockerode";
import { PROJECT_FOLDER } from "../../project";
import { type Check, type CheckResult, resultOf } from "./check";
import { socketOf } from "../target/engine";

/** Three images, their layers during the build, and a provider of 700 MB in each stack. */
const BYTES_NEEDED = 2e9;

export interface Place {
  readonly folder: string;
  /** bytes */
  readonly free: number;
}

/** Checks that images and providers fit on the disk. */
export const disk: Check = {
  title: "Disk",
  run: async ({ docker }) => {
    const folders = [...(await imageFolders(docker)), PROJECT_FOLDER];
    return roomIn(
      await Promise.all(folders.map(async (folder) => ({ folder, free: await freeBytes(folder) }))),
    );
  },
};

export function roomIn(places: readonly Place[]): CheckResult {
  const full = places.filter(({ free }) => free < BYTES_NEEDED);
  const problems = full.map(({ folder, free }) => ({
    problem: `${folder} has ${gigabytes(free)} free; a deployment needs ${gigabytes(BYTES_NEEDED)}`,
    fix: "free some space: `docker system df` shows how much images and builds use, `docker builder prune` clears the build cache",
  }));
  const room = places.map(({ folder, free }) => `${gigabytes(free)} in ${folder}`);
  return resultOf(`free: ${room.join(", ")}`, problems);
}

/** The engine's image folder if it is on this machine; an engine in a virtual machine has none here. */
async function imageFolders(docker: Docker): Promise<string[]> {
  if (socketOf(docker) === undefined) return [];
  // Another check reports an engine that does not answer.
  const info: unknown = await docker.info().catch(() => undefined);
  if (typeof info !== "object" || info === null || !("DockerRootDir" in info)) return [];
  const folder = String(info.DockerRootDir);
  return existsSync(folder) ? [folder] : [];
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
