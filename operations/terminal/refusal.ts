/**
 * Why the platform stops before it creates anything: what is wrong in one sentence, and the command
 * or the edit that fixes it. Printed without a stack trace; anything else that is thrown is a defect.
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

/** Receives one short line about what a long step is doing now. */
export type Report = (line: string) => void;
