import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type Docker from "dockerode";
import { PROJECT_FOLDER } from "../../project";
import { type Check, type CheckResult, resultOf } from "./check";
import { socketOf } from "../target/engine";

/** Three images, their layers while they are built, and a provider of 700 MB in each stack. */
const BYTES_NEEDED = 2e9;

export interface Place {
  readonly folder: string;
  /** bytes */
  readonly free: number;
}

/** That there is room for images and providers. */
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
    problem: `${gigabytes(free)} are free in ${folder}; ${gigabytes(BYTES_NEEDED)} are needed`,
    fix: "make room: `docker system df` shows what images and builds take, `docker builder prune` frees the cache",
  }));
  const room = places.map(({ folder, free }) => `${gigabytes(free)} in ${folder}`);
  return resultOf(`free: ${room.join(", ")}`, problems);
}

/** Where the engine keeps images, if that is on this machine; one in a virtual machine is not. */
async function imageFolders(docker: Docker): Promise<string[]> {
  if (socketOf(docker) === undefined) return [];
  // Whether it answers is another check's.
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
