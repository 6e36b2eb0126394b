import type { Report } from "./refusal";

/** Passes on the first line and then at most one line per interval, the newest: progress, not a log. */
export function every(intervalMs: number, report: Report): Report {
  let last = -Infinity;
  return (line) => {
    const now = performance.now();
    if (now - last < intervalMs) return;
    last = now;
    report(line);
  };
}

/** Whole seconds since a moment of `performance.now()`. */
export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1000);
}

/** The end of a program's output, as much as fits into a message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n").trim();
}
