/** `*` of a pattern, as it is translated. */
const STAR = "(?:[^\\u{2f}])*";

/**
 * Joins the parts of an expression so that JavaScript matches it in a moment. It tries every way to share
 * a name among stars, which takes half a minute for `*-*-*-*-*.x` and a name of 200 hyphens. Where only
 * single characters other than `/` stand between two stars, the first way is as good as any: what a later
 * one would give to the first star, the second star takes.
 *
 * @param groups the number of capturing groups before it
 */
export function joinParts(
  parts: readonly string[],
  groups: number,
): { source: string; groups: number } {
  let source = "";
  let count = groups;
  for (let at = 0; at < parts.length;) {
    const run = parts[at] === STAR ? runBeforeStar(parts, at + 1) : [];
    if (run.length === 0) {
      source += parts[at++] ?? "";
    } else {
      count++;
      // What a lookahead has found is settled.
      source += `(?=(${STAR}?${run.join("")}))\\${count}`;
      at += 1 + run.length;
    }
  }
  return { source, groups: count };
}

/** The single characters before the next star; none if something else comes first. */
function runBeforeStar(parts: readonly string[], start: number): readonly string[] {
  let end = start;
  while (isSingle(parts[end])) end++;
  return parts[end] === STAR ? parts.slice(start, end) : [];
}

function isSingle(part: string | undefined): boolean {
  if (part === undefined || !/^(\\u|\[)/.test(part)) return false;
  return !new RegExp(`^${part}$`, "u").test("/");
}
