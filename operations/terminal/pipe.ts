import type { EventEmitter } from "node:events";

/**
 * Ends a command that goes on printing once its output cannot be written. `head` closes the pipe when it has
 * its lines, which is no failure.
 *
 * @param exit ends the process with a code
 */
export function endWithReader(output: EventEmitter, exit: (code: number) => void): void {
  output.once("error", (error: NodeJS.ErrnoException) => {
    end(error, exit);
  });
}

/**
 * The same for a command that has no listener of its own when its output fails. One that changes something
 * has: it must come to its end, or a deployment would break off because somebody has read enough of it.
 *
 * @param exit ends the process with a code
 */
export function endWithReaderUnlessHeard(output: EventEmitter, exit: (code: number) => void): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (output.listenerCount("error") === 1) end(error, exit);
  });
}

function end({ code, message }: NodeJS.ErrnoException, exit: (code: number) => void): void {
  if (code !== "EPIPE") console.error(`The output could not be written: ${message}`);
  exit(code === "EPIPE" ? 0 : 1);
}
