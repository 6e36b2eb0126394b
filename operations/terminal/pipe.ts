import type { EventEmitter } from "node:events";

/**
 * Ends a command that goes on printing once its output cannot be written. `head` closes the pipe when it has
 * its lines, which is no failure.
 *
 * @param exit ends the process with a code
 */
export function endWithReader(output: EventEmitter, exit: (code: number) => void): void {
  output.once("error", (error: NodeJS.ErrnoException) => {
    exit(isClosed(error) ? 0 : 1);
  });
}

/**
 * Lets a command come to its end, and to its own exit code, when its output cannot be written: a pipe to
 * `head` or a closed terminal must not cut off a deployment.
 *
 * @param fail sets the exit code of a command whose words are lost
 */
export function outliveReader(output: EventEmitter, fail: () => void): void {
  let isLost = false;
  output.on("error", (error: NodeJS.ErrnoException) => {
    // The words that say so may be lost as well, and be the next error.
    if (isLost) return;
    isLost = true;
    if (!isClosed(error)) fail();
  });
}

/** Whether the reader has left; anything else is said. */
function isClosed({ code, message }: NodeJS.ErrnoException): boolean {
  if (code === "EPIPE") return true;
  console.error(`The output could not be written: ${message}`);
  return false;
}
