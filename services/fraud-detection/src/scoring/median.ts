/** The middle of the numbers, or the mean of the two in the middle; 0 if there is none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
  return (lower + upper) / 2;
}

/** The median absolute deviation, scaled to the standard deviation of a normal distribution. */
export function spread(numbers: readonly number[], middle: number): number {
  return 1.4826 * median(numbers.map((number) => Math.abs(number - middle)));
}
