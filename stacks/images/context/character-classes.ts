import { NotTranslated, refuse } from "./expression-signs";

type Range = readonly [first: number, last: number];

const LAST_CODE_POINT = 0x10ffff;
const DIGIT: Range[] = [[0x30, 0x39]];
const UPPER: Range[] = [[0x41, 0x5a]];
const LOWER: Range[] = [[0x61, 0x7a]];
const WORD: Range[] = [...DIGIT, ...UPPER, [0x5f, 0x5f], ...LOWER];

/** `\d`, `\s` and `\w`, which in Go are ASCII. */
const PERL: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
  w: WORD,
};

/** `[:alpha:]` and the others of POSIX, as Go has them. */
const POSIX: Readonly<Record<string, readonly Range[]>> = {
  alnum: [...DIGIT, ...UPPER, ...LOWER],
  alpha: [...UPPER, ...LOWER],
  ascii: [[0x00, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0x00, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: DIGIT,
  graph: [[0x21, 0x7e]],
  lower: LOWER,
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: UPPER,
  word: WORD,
  xdigit: [...DIGIT, [0x41, 0x46], [0x61, 0x66]],
};

/** The members of `\d`, or of `\D`, for brackets in JavaScript. */
export function perlMembers(letter: string): string | undefined {
  const ranges = PERL[letter.toLowerCase()];
  if (!ranges) return undefined;
  return membersOf(letter in PERL ? ranges : others(ranges));
}

/** The members of `alpha`, or of `^alpha`. */
export function posixMembers(name: string): string | undefined {
  const negated = name.startsWith("^");
  const plain = negated ? name.slice(1) : name;
  const ranges = Object.hasOwn(POSIX, plain) ? POSIX[plain] : undefined;
  return ranges && membersOf(negated ? others(ranges) : ranges);
}

const CATEGORY = /^(C[cfnos]?|L[clmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/**
 * The members of `\pL`, `\p{Lu}` or `\p{^Lu}`. Go ignores the case of a name, and `_`, `-` and spaces in
 * it. Longer names, such as `\p{Greek}`, are refused here although Go knows many: JavaScript has others.
 *
 * @throws NotTranslated
 */
export function unicodeMembers(sign: "p" | "P", name: string): string {
  const negated = name.startsWith("^") !== (sign === "P");
  const plain = name.replace(/^\^/, "").replaceAll(/[-_ ]/g, "");
  const category = plain.slice(0, 1).toUpperCase() + plain.slice(1).toLowerCase();
  if (/^[A-Z][a-z]{2,}$/.test(category)) throw new NotTranslated("incomparable");
  if (!CATEGORY.test(category)) return refuse();
  return `\\${negated ? "P" : "p"}{${category === "Lc" ? "LC" : category}}`;
}

export function memberOf(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

function membersOf(ranges: readonly Range[]): string {
  return ranges.map(([first, last]) => `${memberOf(first)}-${memberOf(last)}`).join("");
}

/** All other code points; the ranges are in order and do not touch. */
function others(ranges: readonly Range[]): Range[] {
  const starts = [0, ...ranges.map(([, last]) => last + 1)];
  const ends = [...ranges.map(([first]) => first - 1), LAST_CODE_POINT];
  return starts
    .map((first, index): Range => [first, ends[index] ?? LAST_CODE_POINT])
    .filter(([first, last]) => first <= last);
}
