import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Options, execa } from "execa";
import { environment } from "../../../../project";
import { copyProject } from "../../../../tools/bench/project-copy";

/** Another port and environment than a platform that the user may be running. */
export const PORT = Number(environment["E2E_PORT"] ?? 4587);
export const SUFFIX = "e2e";

const VARIABLES = { LOCAL_AWS_PORT: String(PORT), PLATFORM_SUFFIX: SUFFIX };

export const noChange = "0 to add, 0 to change, 0 to destroy";

/** The changes of a stack in the output of `up`: `Stack images: 3 to add …`. */
export function changesOf(stack: string, output: string): string | undefined {
  const changes = `✔ Stack ${stack}: (\\d+ to add, \\d+ to change, \\d+ to destroy)`;
  return new RegExp(changes).exec(output)?.[1];
}

export interface CommandResult {
  readonly exitCode: number | undefined;
  /** Standard output and error as a user sees them. */
  readonly output: string;
  readonly seconds: number;
}

/** A copy of the project that a test may change, with its own state. */
export class Checkout {
  constructor(readonly folder: string) {
    copyProject(folder);
  }

  /** Runs a command of the project; `limit` in seconds. */
  async run(
    command: string,
    limit: number,
    env: Record<string, string> = {},
  ): Promise<CommandResult> {
    return await this.ended(command, this.start(command, limit, env));
  }

  /** Waits for a command that `start` has started, and prints its result. */
  async ended(
    command: string,
    process: Promise<{ readonly exitCode?: number; readonly all: string }>,
  ): Promise<CommandResult> {
    const started = performance.now();
    const result = await process;
    const seconds = (performance.now() - started) / 1000;
    console.log(`${command}: exit ${result.exitCode}, ${seconds.toFixed(1)} s\n${result.all}`);
    return { exitCode: result.exitCode, output: result.all, seconds };
  }

  /** Starts a command in its own process group, which `pressCtrlC` interrupts. */
  start(command: string, limit: number, env: Record<string, string> = {}) {
    return execa("bash", ["-c", `exec ${command}`], {
      cwd: this.folder,
      env: { ...environment, ...VARIABLES, ...env },
      all: true,
      reject: false,
      timeout: limit * 1000,
      detached: true,
    } satisfies Options);
  }

  /** Acts like a terminal on Ctrl-C: every process of the command gets a SIGINT. */
  pressCtrlC(command: ReturnType<Checkout["start"]>): void {
    if (command.pid !== undefined) process.kill(-command.pid, "SIGINT");
  }

  /** The exit code as a shell reports it: npm dies from the signal itself, which counts as 130. */
  async exitCodeOf(command: ReturnType<Checkout["start"]>): Promise<number | undefined> {
    const { exitCode, signal } = await command;
    return signal === "SIGINT" ? 130 : exitCode;
  }

  /** Waits until a running command has printed a text or ended. */
  async untilShown(command: ReturnType<Checkout["start"]>, text: string | RegExp): Promise<void> {
    let shown = "";
    command.all.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
    });
    const isShown = () => (typeof text === "string" ? shown.includes(text) : text.test(shown));
    while (!isShown() && command.exitCode === null) await sleep(100);
  }

  /**
   * Replaces text of a file, which must contain it, and returns an undo function. A missing file
   * counts as empty.
   */
  edit(file: string, from: string | RegExp, to: string): () => void {
    const target = path.join(this.folder, file);
    const before = existsSync(target) ? readFileSync(target, "utf8") : undefined;
    const after = (before ?? "").replace(from, to);
    if (after === before) throw new Error(`${file} has no ${String(from)}`);
    writeFileSync(target, after);
    return () => {
      if (before === undefined) rmSync(target);
      else writeFileSync(target, before);
    };
  }

  /** Adds text to the end of a file, and creates a missing file. */
  append(file: string, text: string): void {
    appendFileSync(path.join(this.folder, file), text);
  }
}
