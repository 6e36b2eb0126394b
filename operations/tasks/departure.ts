import type { Report } from "../terminal/refusal";

/** How long a second Ctrl-C waits for AWS to take the request to stop. */
const ANSWER_SECONDS = 10;

/** How a command ends that leaves to AWS what it has started. */
export interface Exit {
  readonly report: Report;
  /** Ends this process. */
  readonly leave: () => void;
  /** Shows what may go on if AWS has not answered in time. */
  readonly search: string;
}

/**
 * A second Ctrl-C: the end of what was started is no longer waited for. This process ends once AWS has taken
 * the request to stop it, because without that request it would go on for good.
 */
export class Departure {
  private stopCommand: string | undefined;
  private isWanted = false;
  private unanswered: NodeJS.Timeout | undefined;

  constructor(private readonly exit: Exit) {}

  /** Leaves now if AWS has taken the request, otherwise once it has, at the latest after 10 s. */
  want(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    if (this.stopCommand !== undefined) {
      this.leave(this.stopCommand);
      return;
    }
    this.exit.report("Waiting until AWS has taken the request to stop it");
    this.unanswered = setTimeout(() => {
      this.exit.report(`Left without AWS's answer, so it may go on: ${this.exit.search}`);
      this.exit.leave();
    }, ANSWER_SECONDS * 1000).unref();
  }

  /**
   * AWS has taken the request.
   *
   * @param stopCommand asks for it again
   */
  allow(stopCommand: string): void {
    this.stopCommand = stopCommand;
    if (this.isWanted) this.leave(stopCommand);
  }

  private leave(stopCommand: string): void {
    clearTimeout(this.unanswered);
    this.exit.report(`Left while it is being stopped. Should it go on: ${stopCommand}`);
    this.exit.leave();
  }
}
