/**
 * Stops the platform before it creates anything: the problem in one sentence, and the command or edit
 * that fixes it. Printed without a stack trace; any other error except `Failure` is a defect.
 */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

/** Receives a short progress line from a long step. */
export type Report = (line: string) => void;
