import type { Report } from "./refusal";

/** Reports the first line, then at most one line per interval. */
export function every(intervalMs: number, report: Report): Report {
  let last = -Infinity;
  return (line) => {
    const now = performance.now();
    if (now - last < intervalMs) return;
    last = now;
    report(line);
  };
}

/** Whole seconds since a `performance.now()` time. */
export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1000);
}

/** The last `count` lines of a program's output. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n").trim();
}
