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

/** Opens a URL. @returns whether the program has taken it */
export async function openBrowser(program: string, url: string): Promise<boolean> {
  const { failed } = await execa(program, [url], {
    reject: false,
    stdio: "ignore",
    timeout: 5_000,
  });
  return !failed;
}
