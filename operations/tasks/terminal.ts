import type { Report } from "../terminal/refusal";
import type { Pause, Print } from "./task-log";

/** How the person at the terminal follows and stops something. */
export interface Terminal {
  readonly print: Print;
  /** For all that is not the log's. */
  readonly report: Report;
  readonly pause: Pause;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Told once AWS has taken the request to stop, with the command that asks for it again.
   * @default nobody is: without a second Ctrl-C, the end is waited for
   */
  readonly stopTaken?: (stopCommand: string) => void;
}
