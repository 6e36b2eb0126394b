import path from "node:path";
import { EVERYWHERE, TMP, filesOf } from "./files";
import type { ServiceSpec } from "./spec";

/** Only characters that neither Docker, Terraform nor a list of mount options reads as more than a name. */
const FOLDER = /^(\/[A-Za-z0-9._@+-]+)+$/;

/** What the container engine mounts itself, and the files in /etc that it writes. */
const NEEDED = ["/", "/etc"];
const NEEDED_WITHIN = ["/proc", "/sys", "/dev"];

/** So that a task definition stays within its 64 KiB: each folder is in it twice, with its options. */
const MOST = { folders: 10, characters: 100 };

const EXAMPLE = "such as /var/cache/app";

/** Folders in `files.writable` that cannot be mounted, or need not be. */
export function folderProblems(name: string, { files }: Pick<ServiceSpec, "files">): string[] {
  const { writable = [] } = files ?? {};
  if (writable === EVERYWHERE) return [];
  if (writable.length > MOST.folders) {
    return [
      `${name}.files.writable names ${writable.length} folders; name at most ${MOST.folders}, or "${EVERYWHERE}"`,
    ];
  }
  return writable.flatMap((folder, index) => {
    const earlier = writable.slice(0, index);
    const problem = folderProblem(folder, earlier, [TMP, ...writable]);
    return problem === undefined
      ? []
      : [`${name}.files.writable names ${JSON.stringify(folder)}${problem}`];
  });
}

function folderProblem(
  folder: string,
  earlier: readonly string[],
  all: readonly string[],
): string | undefined {
  const normal = path.posix.normalize(folder).replace(/(?<=.)\/$/, "");
  const outer = all.find((each) => each !== normal && isWithin(normal, each));
  if (!folder.startsWith("/"))
    return `; a path must be absolute, ${EXAMPLE}: the program may change its working directory`;
  if (NEEDED.includes(normal) || NEEDED_WITHIN.some((each) => isWithin(normal, each)))
    return `, which would hide what the container itself needs; name the program's own folder, ${EXAMPLE}`;
  if (normal === TMP) return ", which is writable in any case; remove it";
  if (normal !== folder) return `; write it as ${JSON.stringify(normal)}`;
  if (folder.length > MOST.characters) return `; a path may have ${MOST.characters} characters`;
  if (!FOLDER.test(folder)) return `; its parts must be letters, digits and . _ @ + -, ${EXAMPLE}`;
  if (earlier.includes(folder)) return " twice";
  return outer && `, which is in ${outer} and thereby writable already; remove it`;
}

/** Whether a path is a folder, or in it. */
function isWithin(inner: string, outer: string): boolean {
  return `${inner}/`.startsWith(`${outer}/`);
}

/**
 * Why the folders of a service and its sidecars do not fit into its tasks; `undefined` if they do. Half of
 * the memory stays for the programs: with full folders and less, one would be killed for what it keeps in
 * them.
 */
export function fileMemoryProblem(
  service: Pick<ServiceSpec, "files" | "size" | "sidecars">,
): string | undefined {
  const { memory } = service.size;
  const beside = Object.values(service.sidecars ?? {});
  const files = [service, ...beside].map(filesOf);
  const taken = files.reduce((sum, { folders, folderMiB }) => sum + folders.length * folderMiB, 0);
  if (taken <= memory / 2) return undefined;
  const count = files.reduce((sum, { folders }) => sum + folders.length, 0);
  const fitting = Math.floor(memory / 2 / count);
  const own = count === 1 ? TMP : `${TMP} and ${count - 1} more of writable`;
  const all = beside.length > 0 ? `the ${count} writable folders of it and its sidecars` : own;
  return `${all} may fill ${taken} MiB of memory, but the task has ${memory} MiB, of which half is for the program; set tmpMiB to at most ${fitting}, or choose a size with more memory`;
}
