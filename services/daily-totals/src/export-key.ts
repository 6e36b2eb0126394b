import type { ExportMessage } from "./export-message.js";

/** What the names of a day's objects start with, such as `exports/2026-11-30/`. */
export function prefixOf(day: string): string {
  return `exports/${day}/`;
}

/** The transaction's object, by its day in UTC: a repeated message overwrites it with itself. */
export function keyOf({ id, decidedAt }: ExportMessage): string {
  return `${prefixOf(decidedAt.slice(0, 10))}${id}.json`;
}
