import { spawnSync } from "node:child_process";
import { PROJECT_FOLDER } from "../../project";

/** No synthesis takes so long, even on a busy machine. */
const LIMIT_SECONDS = 120;

/** One synthesis in a process that was started for it. */
export interface Synthesis {
  /** From before the start of Node.js until after its end. */
  readonly seconds: number;
  /** User and system, of all threads. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/**
 * Runs a program that synthesizes and prints its own CPU seconds and peak memory.
 *
 * @param modules loaded before it
 */
export function synthesizeOnce(
  modules: readonly string[],
  program: string,
  args: readonly string[],
): Synthesis {
  const loaded = modules.flatMap((each) => ["--require", each]);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [...loaded, program, ...args], {
    cwd: PROJECT_FOLDER,
    encoding: "utf8",
    timeout: LIMIT_SECONDS * 1000,
  });
  const seconds = (performance.now() - started) / 1000;
  if (status === null) throw new Error(`${program} did not end within ${LIMIT_SECONDS} s`);
  if (status !== 0) throw new Error(`${program} failed:\n${lastLines(stderr)}`);
  // Both programs end with this line.
  return { seconds, ...(JSON.parse(stdout) as Omit<Synthesis, "seconds">) };
}

/** The first lines of an uncaught error are its source: with a minified one, hundreds of kilobytes. */
function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-20);
  return lines.filter((line) => line.length < 1_000).join("\n");
}

/** The modules that `operations/terraform/synthesis.ts` loads first, for the same reason. */
const MODULES = ["zod/mini", "tsx/cjs"];

/** The platform's own: of the shipped catalogue, or of a number of generated services. */
export function synthesizePlatform(folder: string, count: number | undefined): Synthesis {
  const args = count === undefined ? [folder] : [folder, String(count)];
  return synthesizeOnce(MODULES, "tools/bench/app.ts", args);
}
