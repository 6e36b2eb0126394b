import { UNPRIVILEGED } from "../../spec/images";

/** A container that ended or never started, on the build host or in ECS. */
export interface EndedContainer {
  readonly exitCode: number | undefined;
  /** What the engine or ECS says about its end. */
  readonly reason: string;
  /** Its last lines. */
  readonly log: readonly string[];
}

/** The fix for each way in which a program ends before it serves; the first match applies. */
const FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /exec format error|does not contain descriptor matching platform|exit code 255: .*cannot execute binary/i,
    "the image is for another processor: `architecture` in environments.ts must be that of the image and of its tasks",
  ],
  [
    /executable file not found|exec: "[^"]+": stat|no such file or directory: unknown|\bexit code 127\b/i,
    "the image has no such program: correct `CMD` or `ENTRYPOINT` in its Dockerfile, or `migrate` in services/index.ts",
  ],
  [
    /permission denied: unknown|\bexit code 126\b/i,
    "the program is not executable: COPY --chmod=755 in its Dockerfile",
  ],
  [
    /read-only file system|\bEROFS\b/i,
    "the image's files are read-only, as in its task: write to /tmp, or name the folder in `files.writable` in services/index.ts",
  ],
  [
    // Not PostgreSQL's `permission denied for table`.
    /operation not permitted|permission denied(?! for)|\bEPERM\b|\bEACCES\b|must be (?:run as )?root|not running as root|superuser privileges/i,
    `it wants more than a container may: it runs without capabilities, as the USER of its Dockerfile, or as ${UNPRIVILEGED} if that names none, or root. Set USER to a user of its own, give it the files that it needs (COPY --chown), and listen on a port from 1024`,
  ],
  [
    // Has the code of a full disk.
    /number of file watchers reached/i,
    "it watches its files for changes, and more of them than its host allows: start it without watching, or set CHOKIDAR_USEPOLLING=1",
  ],
  [
    /no space left on device|\bENOSPC\b/i,
    "it fills its disk, or a folder in memory: write less, keep nothing there, or raise `files.tmpMiB` in services/index.ts (64 for /tmp and each folder of `files.writable`)",
  ],
  [/\bexit code 139\b/, "the program crashed (signal 11): a library does not fit the base image"],
];

/** What to change in a program, its image or its settings; `undefined` if only its log shows it. */
export function programFix({ exitCode, reason, log }: EndedContainer): string | undefined {
  const words = [`exit code ${exitCode ?? "none"}`, reason, ...log].join("\n");
  return FIXES.find(([pattern]) => pattern.test(words))?.[1];
}
