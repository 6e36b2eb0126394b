/**
 * Whether a version such as `1.11.4`, `v1.12.0-rc1` or `go1.26.8` is at least another one.
 *
 * Compares only the numbers; a pre-release counts as its release. Text without a number is older than
 * everything.
 */
export function atLeast(version: string, wanted: string): boolean {
  const have = numbers(version);
  const need = numbers(wanted);
  if (have.length === 0) return false;
  for (const [index, part] of need.entries()) {
    const difference = (have[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbers(version: string): number[] {
  const found = /\d+(?:\.\d+)*/.exec(version);
  return found === null ? [] : found[0].split(".").map(Number);
}
