/** From when until when something lasted, in milliseconds of one clock. */
export interface Interval {
  readonly began: number;
  readonly ended: number;
}

/** The seconds in which at least one of the intervals lasted; an overlap counts once. */
export function unionSeconds(intervals: readonly Interval[]): number {
  let milliseconds = 0;
  let until = -Infinity;
  for (const { began, ended } of [...intervals].sort((a, b) => a.began - b.began)) {
    milliseconds += Math.max(0, ended - Math.max(began, until));
    until = Math.max(until, ended);
  }
  return milliseconds / 1000;
}
