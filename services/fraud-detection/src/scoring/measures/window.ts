export interface Window {
  readonly windowSeconds: number;
}

const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

/** `{ windowSeconds: 7200 }` → "2 hours" */
export function describeWindow({ windowSeconds }: Window): string {
  const [seconds, unit] = UNITS.find(([size]) => windowSeconds % size === 0) ?? [1, "second"];
  const count = windowSeconds / seconds;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
