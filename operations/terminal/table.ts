import Table from "cli-table3";

/** The minimum width of a column. */
const MINIMUM_WIDTH = 12;

/**
 * A table without colours, never wider than the terminal: its widest columns wrap. Output without a
 * terminal does not wrap.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = process.stdout.columns || Infinity,
): string {
  const drawn = new Table({
    head: [...head],
    colWidths: columnWidths([head, ...rows], width),
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], compact: true },
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}

/** Column widths: the longest text plus two spaces; the widest columns shrink until all fit. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const columns = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length + 2)),
  );
  const widths = columns ?? [];
  // A border before each column and one at the end.
  const room = width - widths.length - 1;
  const sum = () => widths.reduce((total, each) => total + each, 0);
  while (sum() > room && Math.max(...widths) > MINIMUM_WIDTH) {
    widths[widths.indexOf(Math.max(...widths))] = Math.max(...widths) - 1;
  }
  return widths;
}
