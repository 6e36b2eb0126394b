import { readFileSync } from "node:fs";
import path from "node:path";
import { pathOf, textOf } from "./byte-string";
import { ContextProblem, codeOf, isDenied } from "./context-problem";
import { type IgnorePattern, compile } from "./ignore-pattern";
import { IgnoreRules } from "./ignore-rules";
import { findFile } from "./linked-file";
import { isMalformed } from "./pattern-syntax";

/** Bytes of a line; Go's reader gives up on a longer one. */
const LONGEST_LINE = 65_535;

/** White space in Go; JavaScript's `trim` differs in two characters. */
const SPACE = new Set(
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);

const SYNTAX = "https://docs.docker.com/build/concepts/context/#dockerignore-files";

/** The rules for what the builder gets of a context, and the file that they are in or would be in. */
export interface ReadRules {
  readonly rules: IgnoreRules;
  /** As a message names it. */
  readonly file: string;
}

/**
 * Reads the rules that decide what the builder gets of a context: of the file beside the Dockerfile that
 * is named after it, or else of the context's own. The first that exists counts, even if it is empty.
 *
 * @throws ContextProblem with every line that the builder refuses
 * @see https://docs.docker.com/build/concepts/context/#filename-and-location
 */
export function readIgnoreRules(
  context: string,
  dockerfile = path.join(context, "Dockerfile"),
): ReadRules {
  const own = path.join(context, ".dockerignore");
  for (const candidate of [`${dockerfile}.dockerignore`, own]) {
    const file = findFile(path.dirname(candidate), path.basename(candidate));
    if (!file) continue;
    const given = path.relative(".", candidate);
    return { rules: new IgnoreRules(parse(read(file.path, given), given)), file: given };
  }
  return { rules: new IgnoreRules([]), file: path.relative(".", own) };
}

function read(file: string, given: string): string {
  try {
    return readFileSync(pathOf(file), "latin1");
  } catch (error) {
    const code = codeOf(error);
    const fix = isDenied(code) ? "make it readable (chmod +r)" : "check its disk";
    throw new ContextProblem(`${given} cannot be read (${code}); ${fix}`);
  }
}

function parse(bytes: string, given: string): IgnorePattern[] {
  const lines = bytes.replace(/^\xef\xbb\xbf/, "").split("\n");
  const rules = lines.map((line, index) => {
    const place = `${given} line ${index + 1}`;
    return line.length > LONGEST_LINE ? tooLong(line, place) : patternOf(textOf(line), place);
  });
  const patterns = rules.filter((rule) => typeof rule === "object");
  const problems = [...rules.filter((rule) => typeof rule === "string"), ...unsendable(patterns)];
  if (problems.length > 0) throw new ContextProblem(...problems);
  return patterns;
}

/** A line's rule, `undefined` if it has none, or its problem. */
function patternOf(line: string, place: string): IgnorePattern | string | undefined {
  if (line.startsWith("#")) return undefined;
  const trimmed = trim(line);
  // The reader of the file and the matcher each look for `!`: `/!a` is the rule `!a`.
  const read = trimmed.startsWith("!") ? `!${relative(trim(trimmed.slice(1)))}` : relative(trimmed);
  const whole = trim(read);
  if (whole === "") return undefined;
  const rule = clean(whole);
  if (rule === "!")
    return `${place}: "${trimmed}" names nothing; write the path to send after the !`;
  const includes = rule.startsWith("!");
  const text = includes ? rule.slice(1) : rule;
  if (isMalformed(text))
    return `${place}: the pattern "${text}" is malformed; close its brackets and escapes (${SYNTAX})`;
  return { text, includes, place, matches: compile(text) };
}

/**
 * The rules reach the builder's client in a header, which is encoded only if one of them is not ASCII.
 * Otherwise, engines refuse a control character in it; only old ones such as 20.10 let it pass.
 */
function unsendable(patterns: readonly IgnorePattern[]): string[] {
  if (patterns.some(({ text }) => /[^\0-\x7f]/.test(text))) return [];
  return patterns
    .filter(({ text }) => /\p{Cc}/u.test(text))
    .map(
      ({ text, place }) =>
        `${place}: the pattern ${JSON.stringify(text)} contains a control character, which the builder cannot take; write ? in its place`,
    );
}

/** The path of a line, from the context's folder. */
function relative(pattern: string): string {
  const cleaned = pattern === "" ? "" : clean(pattern);
  return cleaned.length > 1 && cleaned.startsWith("/") ? cleaned.slice(1) : cleaned;
}

/** The shortest equal path, as Go's `filepath.Clean`: without a slash at the end. */
function clean(pattern: string): string {
  const normal = path.posix.normalize(pattern);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

function trim(text: string): string {
  let [start, end] = [0, text.length];
  // Beyond its ends, a text has no characters, and so no white space.
  while (SPACE.has(text.charAt(start))) start++;
  while (SPACE.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function tooLong(line: string, place: string): string {
  return `${place} has ${line.length} bytes, and the builder reads at most ${LONGEST_LINE}; split it`;
}
