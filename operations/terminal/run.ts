import { Interrupted } from "./interruption";
import { outliveReader } from "./pipe";
import { Refusal } from "./refusal";

/** The exit code of an interrupted command. */
export const INTERRUPTED = 130;

/**
 * Runs a command and turns its outcome into a message and an exit code: 0 done, 1 failed or refused,
 * 130 interrupted. Only a defect shows a stack trace.
 */
export function run(command: () => Promise<void>): void {
  for (const output of [process.stdout, process.stderr]) {
    outliveReader(output, () => {
      process.exitCode = 1;
    });
  }
  command().catch((error: unknown) => {
    if (error instanceof Refusal) {
      console.error(`\n${error.message}\n→ ${error.fix}`);
    } else if (error instanceof Interrupted) {
      console.error(`\n${error.message}`);
    } else if (error instanceof Failure) {
      console.error(`\n${error.message}`);
    } else {
      console.error(error);
    }
    process.exitCode = error instanceof Interrupted ? INTERRUPTED : 1;
  });
}

/** The command ran and something is wrong; the message says what. */
export class Failure extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "Failure";
  }
}
