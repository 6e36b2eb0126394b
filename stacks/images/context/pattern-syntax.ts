/**
 * The builder tests the syntax of a pattern by matching it with this name. Go's `filepath.Match` stops
 * at the first difference and overlooks every fault behind it, so only a match finds the same faults.
 *
 * @see https://pkg.go.dev/path/filepath#Match
 */
const NAME = ".";

const MALFORMED = Symbol("malformed");
type Malformed = typeof MALFORMED;

/** Whether the builder refuses an ignore pattern before it reads any folder. */
export function isMalformed(pattern: string): boolean {
  let chunks = chunksOf(Array.from(pattern));
  let name = NAME;
  for (;;) {
    const [chunk, ...following] = chunks;
    if (!chunk || (chunk.star && chunk.signs.length === 0)) return false;
    let rest: string | undefined;
    for (const start of chunk.star ? suffixesOf(name) : [name]) {
      const left = afterMatch(chunk.signs, start);
      if (left === MALFORMED) return true;
      // The last chunk must match to the end of the name.
      if (left === "" || (left !== undefined && following.length > 0)) {
        rest = left;
        break;
      }
    }
    if (rest === undefined) return false;
    name = rest;
    chunks = following;
  }
}

/** A part of a pattern without `*` outside of brackets, and whether a `*` stands before it. */
interface Chunk {
  readonly star: boolean;
  readonly signs: readonly string[];
}

function chunksOf(signs: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < signs.length;) {
    const star = signs[at] === "*";
    while (signs[at] === "*") at++;
    const start = at;
    for (let inBrackets = false; at < signs.length && (inBrackets || signs[at] !== "*"); at++) {
      if (signs[at] === "[") inBrackets = true;
      if (signs[at] === "]") inBrackets = false;
      if (signs[at] === "\\" && at + 1 < signs.length) at++;
    }
    chunks.push({ star, signs: signs.slice(start, at) });
  }
  return chunks;
}

/** The name, and what is left of it behind each of its characters. */
function suffixesOf(name: string): string[] {
  return Array.from({ length: name.length + 1 }, (_, start) => name.slice(start));
}

/** What is left of the name after the chunk, or `undefined` if it does not match. */
function afterMatch(signs: readonly string[], name: string): string | undefined | Malformed {
  let rest: string | undefined = name;
  for (let at = 0; at < signs.length; at++) {
    let matches = true;
    if (signs[at] === "[") {
      const bracket = bracketAt(signs, at + 1);
      if (bracket === MALFORMED) return MALFORMED;
      at = bracket.end;
      matches = bracket.matches;
    } else if (signs[at] !== "?") {
      if (signs[at] === "\\") at++;
      if (at === signs.length) return MALFORMED;
      matches = signs[at] === NAME;
    }
    // After a difference, only the syntax is of interest.
    rest = matches && rest ? rest.slice(1) : undefined;
  }
  return rest;
}

/** Whether a bracket matches the name, and where it ends. */
function bracketAt(
  signs: readonly string[],
  start: number,
): { end: number; matches: boolean } | Malformed {
  const negated = signs[start] === "^";
  const first = negated ? start + 1 : start;
  let matches = false;
  for (let at = first; ;) {
    if (signs[at] === "]" && at > first) return { end: at, matches: matches !== negated };
    const low = memberAt(signs, at);
    if (low === MALFORMED) return MALFORMED;
    const high = signs[low.end] === "-" ? memberAt(signs, low.end + 1) : low;
    if (high === MALFORMED) return MALFORMED;
    if (low.code <= NAME.charCodeAt(0) && NAME.charCodeAt(0) <= high.code) matches = true;
    at = high.end;
  }
}

/** A character within brackets, which something must follow. */
function memberAt(signs: readonly string[], at: number): { code: number; end: number } | Malformed {
  if (signs[at] === "-" || signs[at] === "]") return MALFORMED;
  const position = signs[at] === "\\" ? at + 1 : at;
  const code = signs[position]?.codePointAt(0);
  if (code === undefined || position + 1 >= signs.length) return MALFORMED;
  return { code, end: position + 1 };
}
