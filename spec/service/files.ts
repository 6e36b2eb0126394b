import * as z from "zod/mini";
import { entry, given, rule, text } from "../schema";

/** What a service may write. The same in every environment. */
export interface ServiceFiles {
  /**
   * The size in MiB of `/tmp`, and of each folder in `writable`. They are in memory: what is in them counts
   * as the task's, so together they may have at most half of it. @default 64
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
   */
  readonly tmpMiB?: number;
  /**
   * Absolute paths of folders that the program writes to, besides `/tmp`. Each starts empty, whatever the
   * image has there, and everything in it goes with the task.
   *
   * `"everywhere"` makes the image's own file system writable instead, for a program that cannot be told
   * where to write. It costs what the read-only one protects: whoever breaks into the program can change
   * it, and its next request runs what they left. What is written is lost with the task all the same, and
   * is taken from the 20 GiB that the task has for its images too. The rules in `policy/` let such a
   * service through, and no other. @default []
   */
  readonly writable?: readonly string[] | typeof EVERYWHERE;
}

/** The value of `writable` for a file system without protection. */
export const EVERYWHERE = "everywhere";

/** The folder that every service can write to. */
export const TMP = "/tmp";

/**
 * How each folder is mounted. Programs are allowed in it: Java unpacks native libraries to `/tmp`, and
 * PyInstaller whole programs. The mode lets the image's user write; without it, a folder of the image
 * keeps its own mode, but under root.
 *
 * @see https://github.com/opencontainers/runc/pull/3912
 */
export const MOUNT_OPTIONS: readonly string[] = ["exec", "nosuid", "nodev", "mode=1777"];

/** What a container can write. */
export interface WritableFiles {
  /** Whether the image's own files stay as they are. */
  readonly readOnlyRoot: boolean;
  /** Each is a file system of its own, in memory. */
  readonly folders: readonly string[];
  /** The size of each. */
  readonly folderMiB: number;
}

/** What the containers with a service's image can write. */
export function filesOf({ files = {} }: { readonly files?: ServiceFiles }): WritableFiles {
  const { tmpMiB = 64, writable = [] } = files;
  return {
    readOnlyRoot: writable !== EVERYWHERE,
    folders: writable === EVERYWHERE ? [TMP] : [TMP, ...writable],
    folderMiB: tmpMiB,
  };
}

const folders = z.union(
  [z.readonly(z.array(text("the path of a folder"))), z.literal(EVERYWHERE)],
  {
    error: ({ input }) => {
      const asList = typeof input === "string" && input !== "" ? [input] : ["/var/cache/app"];
      return `${given(input)}; it must be a list of paths: ${JSON.stringify(asList)}, or "${EVERYWHERE}"`;
    },
  },
);

/** The schema of `ServiceFiles`. */
export const files = entry<ServiceFiles>()('files such as { writable: ["/var/cache/app"] }', {
  tmpMiB: z.exactOptional(
    rule<number>(
      "a whole number of MiB, at least 1",
      (value) => Number.isSafeInteger(value) && Number(value) >= 1,
    ),
  ),
  writable: z.exactOptional(folders),
});
