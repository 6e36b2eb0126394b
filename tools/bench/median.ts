/**
 * The value in the middle, or the mean of the two there.
 *
 * @throws RangeError for no values
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (lower === undefined || upper === undefined) throw new RangeError("no values have no median");
  return (lower + upper) / 2;
}

/** The run in the middle by what is measured: the faster one of two there. */
export function medianRun<Run>(runs: readonly Run[], measured: (run: Run) => number): Run {
  const sorted = [...runs].sort((a, b) => measured(a) - measured(b));
  const run = sorted[(sorted.length - 1) >> 1];
  if (run === undefined) throw new RangeError("no runs have no median");
  return run;
}

/** `0.98 to 1.10`; a single value as it is. */
export function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const text = least.toFixed(digits);
  return values.length === 1 ? text : `${text} to ${most.toFixed(digits)}`;
}
