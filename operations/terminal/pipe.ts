import type { EventEmitter } from "node:events";

/**
 * Ends a command that goes on printing once its output cannot be written. `head` closes the pipe when it has
 * its lines, which is no failure.
 *
 * @param exit ends the process with a code
 */
export function endWithReader(output: EventEmitter, exit: (code: number) => void): void {
  output.once("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE") console.error(`The output could not be written: ${message}`);
    exit(code === "EPIPE" ? 0 : 1);
  });
}
