import type { EventEmitter } from "node:events";
import { wordsOf } from "../target/aws-error";
import { hasCode } from "../target/error-code";

/**
 * Ends a command that goes on printing once its output cannot be written. `head` closes the pipe when it has
 * its lines, which is no failure.
 *
 * @param exit ends the process with a code
 */
export function endWithReader(output: EventEmitter, exit: (code: number) => void): void {
  output.once("error", (error) => {
    if (hasCode(error, "EPIPE")) {
      exit(0);
      return;
    }
    console.error(`The output could not be written: ${wordsOf(error)}`);
    exit(1);
  });
}
