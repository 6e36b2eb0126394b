import { memberOf, perlMembers, posixMembers, unicodeMembers } from "./character-classes";

/**
 * A regular expression of Go in JavaScript, or `undefined` if Go refuses it. The builder makes them from
 * ignore patterns, and escapes `.`, `+`, `(`, `)` and `$` of theirs, but not `|`, `{` and `}`. So a group is
 * always its own `(.*\/)?`, but an author may write alternatives and counts, perhaps without knowing.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function toJavaScript(expression: string): RegExp | undefined {
  const source = new Translation(expression).source();
  // Without `s` and `m`, as in Go: `^` and `$` are the ends of the whole path.
  return source === undefined ? undefined : new RegExp(source, "u");
}

const ANCHORS: Readonly<Record<string, string>> = { A: "^", z: "$", b: "\\b", B: "\\B" };
const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The only group, which the builder makes of `**`. */
const GROUP = Array.from("(.*/)?");
/** A name may contain a line break, which a dot does not match. */
const DOT = "[^\\n]";

const MOST_REPETITIONS = 1000;

class Refused extends Error {}

class Translation {
  private readonly signs: readonly string[];
  private at = 0;
  /** The parts of the current alternative; a repetition applies to the last one. */
  private parts: string[] = [];

  constructor(expression: string) {
    this.signs = Array.from(expression);
  }

  source(): string | undefined {
    let alternatives = "";
    try {
      for (let repeated = false; this.at < this.signs.length;) {
        if (this.peek() === "|") {
          alternatives += `${this.parts.join("")}|`;
          this.parts = [];
          this.at++;
          repeated = false;
          continue;
        }
        const count = this.repetition();
        if (count === undefined) repeated = this.readPart();
        else {
          // Go has no repeated repetition.
          this.parts.push(`(?:${repeated ? refuse() : (this.parts.pop() ?? refuse())})${count}`);
          repeated = true;
        }
      }
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
    return alternatives + this.parts.join("");
  }

  /** `*` or `{2,3}`; other braces are literal. */
  private repetition(): string | undefined {
    if (this.peek() === "*") return this.next();
    const rest = this.signs.slice(this.at, this.at + 32).join("");
    const [count, least, comma, most] =
      /^[{](0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?[}]/.exec(rest) ?? [];
    if (count === undefined) return undefined;
    const limit = most ?? (comma ? MOST_REPETITIONS : least);
    if (Number(least) > Number(limit) || Number(limit) > MOST_REPETITIONS) refuse();
    this.at += count.length;
    return count;
  }

  /** Reads a part that something may follow. Returns whether it ends with a repetition. */
  private readPart(): boolean {
    if (GROUP.every((sign, index) => sign === this.signs[this.at + index])) {
      this.at += GROUP.length;
      this.parts.push(`(?:${DOT}*/)?`);
      return true;
    }
    const sign = this.next();
    if (sign === "\\" && this.peek() === "Q") this.parts.push(...this.quoted());
    else this.parts.push(this.part(sign));
    return false;
  }

  private part(sign: string): string {
    if (sign === "^" || sign === "$") return sign;
    if (sign === ".") return DOT;
    if (sign === "[") return this.brackets();
    if (sign !== "\\") return memberOf(codePoint(sign));
    const anchor = ANCHORS[this.peek()];
    if (anchor !== undefined) {
      this.at++;
      return anchor;
    }
    const members = this.classMembers();
    return members === undefined ? memberOf(this.escaped()) : `[${members}]`;
  }

  /** `\Q…\E` is literal; without `\E`, all that follows is. */
  private quoted(): string[] {
    this.at++;
    const rest = this.signs.slice(this.at);
    const end = rest.findIndex((sign, index) => sign === "\\" && rest[index + 1] === "E");
    const literal = end < 0 ? rest : rest.slice(0, end);
    this.at += end < 0 ? rest.length : end + 2;
    return literal.map((sign) => memberOf(codePoint(sign)));
  }

  private brackets(): string {
    const negated = this.peek() === "^";
    if (negated) this.at++;
    let members = "";
    for (let first = true; first || this.peek() !== "]"; first = false) {
      members += this.posixClass() ?? this.escapedClass() ?? this.range();
    }
    this.at++;
    return `[${negated ? "^" : ""}${members}]`;
  }

  private posixClass(): string | undefined {
    if (this.peek() !== "[" || this.signs[this.at + 1] !== ":") return undefined;
    const rest = this.signs.slice(this.at + 2);
    const end = rest.findIndex((sign, index) => sign === ":" && rest[index + 1] === "]");
    if (end < 0) return undefined;
    this.at += end + 4;
    return posixMembers(rest.slice(0, end).join("")) ?? refuse();
  }

  private escapedClass(): string | undefined {
    if (this.peek() !== "\\") return undefined;
    this.at++;
    const members = this.classMembers();
    if (members === undefined) this.at--;
    return members;
  }

  /** `\d`, `\pL` and the like, behind the backslash. */
  private classMembers(): string | undefined {
    const letter = this.peek();
    if (letter === "p" || letter === "P") {
      this.at++;
      const first = this.next();
      return unicodeMembers(letter, first === "{" ? this.braced() : first) ?? refuse();
    }
    const members = perlMembers(letter);
    if (members !== undefined) this.at++;
    return members;
  }

  private range(): string {
    const first = this.member();
    // `[a-]` contains the hyphen.
    if (this.peek() !== "-" || [undefined, "]"].includes(this.signs[this.at + 1]))
      return memberOf(first);
    this.at++;
    const last = this.member();
    return first <= last ? `${memberOf(first)}-${memberOf(last)}` : refuse();
  }

  private member(): number {
    const sign = this.next();
    return sign === "\\" ? this.escaped() : codePoint(sign);
  }

  /** The code point of an escape, behind the backslash. */
  private escaped(): number {
    const letter = this.next();
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (letter === "x") return this.hexadecimal();
    if (/^[0-7]$/.test(letter)) return this.octal(letter);
    // Any other letter or digit has no meaning; a character beyond ASCII may not be escaped at all.
    return /^[\0-\x7f]$/.test(letter) && !/^[0-9A-Za-z]$/.test(letter)
      ? codePoint(letter)
      : refuse();
  }

  /** `\x41` or `\x{1f600}` */
  private hexadecimal(): number {
    const first = this.next();
    const digits = first === "{" ? this.braced() : first + this.next();
    const code = /^[0-9a-f]+$/i.test(digits) ? parseInt(digits, 16) : refuse();
    return code <= 0x10ffff ? code : refuse();
  }

  /** What stands before the closing brace. */
  private braced(): string {
    let text = "";
    for (let sign = this.next(); sign !== "}"; sign = this.next()) text += sign;
    return text;
  }

  /** Up to three digits; one alone, other than 0, would be a reference to a group. */
  private octal(first: string): number {
    let digits = first;
    while (digits.length < 3 && /^[0-7]$/.test(this.peek())) digits += this.next();
    return digits.length === 1 && first !== "0" ? refuse() : parseInt(digits, 8);
  }

  /** The next sign, or nothing at the end. */
  private peek(): string {
    return this.signs[this.at] ?? "";
  }

  private next(): string {
    return this.signs[this.at++] ?? refuse();
  }
}

function codePoint(sign: string): number {
  return sign.codePointAt(0) ?? refuse();
}

function refuse(): never {
  throw new Refused();
}
