import type { PhaseResult } from "./phases";

/** The last lines of a command that has done its work: how long it took, and what to do next. */
export function closing(results: readonly PhaseResult[], next: string): string {
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return `Done in ${seconds.toFixed(1)} s. Next: ${next}`;
}
