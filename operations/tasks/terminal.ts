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
}
