import Table from "cli-table3";
import type { PhaseResult } from "./phases";

/** What each phase did and the time that it took, with the sum. */
export function phaseTable(results: readonly PhaseResult[]): string {
  const table = plainTable(["phase", "what was done", "seconds"]);
  for (const { title, outcome, seconds } of results) {
    table.push([title, outcome, seconds.toFixed(1)]);
  }
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  table.push(["together", "", total.toFixed(1)]);
  return table.toString();
}

/** A table without colours. */
export function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}
