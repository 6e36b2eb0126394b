/** What one part of the benchmark found: a table, and a sentence about how it was measured. */
export interface Section {
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A part of the benchmark, which can be run alone. */
export interface Part {
  /** For a person who chooses parts. */
  readonly summary: string;
  /** Whether it deploys to a local AWS of its own. */
  readonly deploys: boolean;
  /** @param signal aborted by Ctrl-C; what was deployed is removed then, too */
  readonly measure: (signal: AbortSignal) => Section | Promise<Section>;
}

/** The section in Markdown: where and when, how, and the table. */
export function sectionText({ about, head, rows }: Section, place: string): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  // Numbers are easier to compare when they end at the same place.
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [`${place}. ${about}`, "", row(head), row(rule), ...rows.map(row)].join("\n");
}

/**
 * The document with a part's section replaced: the text between its two marks.
 *
 * @throws Error if the document lacks a mark
 */
export function withSection(document: string, part: string, text: string): string {
  const [begin, end] = [`<!-- bench:${part} -->`, `<!-- /bench:${part} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the document lacks ${begin} … ${end}`);
  return `${document.slice(0, from)}${begin}\n\n${text}\n\n${document.slice(to)}`;
}
