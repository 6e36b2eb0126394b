/** One instruction of a Dockerfile: its name in capitals, and what follows on its lines. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Directives stand above everything else, even other comments and empty lines. */
const ESCAPE =
  /^(?:[ \t]*#[ \t]*(?:syntax|check)[ \t]*=[^\n]*\n)*[ \t]*#[ \t]*escape[ \t]*=[ \t]*`/i;
const COMMENT = /^[ \t]*#/;
const CONTINUED = { "\\": /(^|[^\\])\\[ \t]*$/, "`": /(^|[^`])`[ \t]*$/ } as const;
/** A word as the builder splits a line, which takes `<< EOF` for one. */
const WORD = /(?:\d*<<[ \t]+)?(?:[^\s"'\\]|\\.?|"(?:\\.|[^"\\])*"|'[^']*')+/g;
const HEREDOC = /^\d*<<(-?)[ \t]*([^<]+)$/;
const MAY_HAVE_HEREDOC = /^[ \t]*(ONBUILD[ \t]+)?(RUN|COPY|ADD)[ \t]/i;

/**
 * The instructions of a Dockerfile, in order: without comments, with continued lines as one, and without
 * the text of heredocs, in which a line may begin like an instruction. Never fails: what the builder
 * cannot read, it reports itself.
 *
 * @see https://docs.docker.com/reference/dockerfile/#format
 */
export function instructionsOf(dockerfile: string): Instruction[] {
  const file = dockerfile.replace(/^\ufeff/, "");
  const continues = CONTINUED[ESCAPE.test(file) ? "`" : "\\"];
  const lines = file.split(/\r?\n/);
  const instructions: Instruction[] = [];
  for (let next = 0; next < lines.length;) {
    const { text, after } = joined(lines, next, continues);
    const [, name = "", rest = ""] = /^\s*(\w+)\s+(.*)$/.exec(text) ?? [];
    if (name !== "") instructions.push({ name: name.toUpperCase(), rest: rest.trim() });
    next = MAY_HAVE_HEREDOC.test(text) ? afterHeredocs(text, lines, after) : after;
  }
  return instructions;
}

/** The line at an index with those that continue it, and the index after them. */
function joined(lines: readonly string[], index: number, continues: RegExp) {
  let text = "";
  let after = index;
  for (let more = true; more && after < lines.length; after++) {
    const line = lines[after] ?? "";
    // Comments and empty lines may stand among continued ones.
    if (COMMENT.test(line) || (text !== "" && line.trim() === "")) continue;
    more = continues.test(line);
    text += line.replace(continues, "$1");
  }
  return { text, after };
}

/** The index after the heredocs of an instruction. One without an end is no heredoc. */
function afterHeredocs(text: string, lines: readonly string[], start: number): number {
  // With a quote that is left open there are no words, and so no heredocs.
  if (text.replaceAll(WORD, "").trim() !== "") return start;
  let after = start;
  for (const word of text.match(WORD) ?? []) {
    const [, dash, written] = HEREDOC.exec(word) ?? [];
    if (written === undefined) continue;
    const end = unquoted(written);
    const found = lines
      .slice(after)
      .findIndex((line) => (dash === "-" ? line.replace(/^\t+/, "") : line) === end);
    if (found >= 0) after += found + 1;
  }
  return after;
}

/** What a shell would make of the quotes of a word. */
export function unquoted(word: string): string {
  return word.replaceAll(/["'\\]/g, "");
}
