/** The last line of a successful command: the time since its start and the next step. */
export function closing(next: string): string {
  return `Done in ${(performance.now() / 1000).toFixed(1)} s. Next: ${next}`;
}
