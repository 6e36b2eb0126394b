import { execa } from "execa";
import { PROJECT_FOLDER } from "../../project";

/** The sources that the stacks were synthesized from. */
export interface Sources {
  /** The commit that is checked out; `undefined` outside of a Git repository. */
  readonly commit: string | undefined;
  /** Whether files differ from that commit; those that Git does not know do not count. */
  readonly changed: boolean;
}

const GIT_MS = 10_000;

/** Asks Git what is checked out. */
export async function readSources(folder = PROJECT_FOLDER): Promise<Sources> {
  const options = { cwd: folder, reject: false, timeout: GIT_MS } as const;
  const [head, status] = await Promise.all([
    execa("git", ["rev-parse", "HEAD"], options),
    execa("git", ["status", "--porcelain", "--untracked-files=no"], options),
  ]);
  if (head.exitCode !== 0) return { commit: undefined, changed: false };
  return { commit: head.stdout.trim(), changed: status.stdout.trim() !== "" };
}
