import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** What tells whether there is a browser to open. */
export interface Desktop {
  readonly isTerminal: boolean;
  /** As named by Node: `process.platform`. */
  readonly platform: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/**
 * The program that opens a URL in the browser; `undefined` where there is none, as in a pipeline, over SSH, or
 * on a server.
 *
 * @see https://manpages.debian.org/xdg-open
 */
export function browserProgram({ isTerminal, platform, environment }: Desktop): string | undefined {
  if (!isTerminal || environment["CI"] || environment["SSH_CONNECTION"]) return undefined;
  if (platform === "darwin") return "open";
  const hasDisplay = environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"];
  return platform === "linux" && hasDisplay ? "xdg-open" : undefined;
}

/** A program that cannot open a URL ends within this time. */
const FAILS_WITHIN_MS = 1_500;

/**
 * Opens a URL. The program may be the browser itself, so it goes on when the command ends.
 *
 * @returns whether the program has taken it: one that still runs has
 */
export async function openBrowser(program: string, url: string): Promise<boolean> {
  const options = { reject: false, stdio: "ignore", detached: true, cleanup: false } as const;
  const opening = execa(program, [url], options);
  opening.unref();
  const ended = new AbortController();
  const runs = sleep(FAILS_WITHIN_MS, true, { signal: ended.signal }).catch(() => true);
  const taken = await Promise.race([opening.then(({ failed }) => !failed), runs]);
  ended.abort();
  return taken;
}
