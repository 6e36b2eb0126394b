import { Command } from "commander";
import { onTestFinished, vi } from "vitest";
import * as interruption from "../../operations/terminal/interruption";

/**
 * Runs a command with the arguments of a shell.
 *
 * @returns the exit code that it sets; what would end the process is thrown
 */
export async function run(
  declare: (command: Command) => void,
  ...args: readonly string[]
): Promise<typeof process.exitCode> {
  // Otherwise each run would leave its handlers of signals in this process.
  vi.spyOn(interruption, "stopOnInterrupt").mockReturnValue(new AbortController().signal);
  onTestFinished(() => {
    process.exitCode = undefined;
  });
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  declare(command);
  await command.parseAsync(args, { from: "user" });
  return process.exitCode;
}

/** Keeps the lines that a command prints, and everything else that it writes, from the terminal. */
export function hearLines(): { readonly out: string[]; readonly err: string[] } {
  const heard: { out: string[]; err: string[] } = { out: [], err: [] };
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    heard.out.push(line);
  });
  vi.spyOn(console, "error").mockImplementation((line: string) => {
    heard.err.push(line);
  });
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockReturnValue(true);
  }
  return heard;
}
