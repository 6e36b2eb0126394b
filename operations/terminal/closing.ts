import type { PhaseResult } from "./phases";

/** The last line of a successful command: its duration and the next step. */
export function closing(results: readonly PhaseResult[], next: string): string {
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return `Done in ${seconds.toFixed(1)} s. Next: ${next}`;
}
